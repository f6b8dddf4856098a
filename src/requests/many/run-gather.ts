import type { ConnectionPlan } from '../../connection/index.js';
import type { CliError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import type { Judge } from '../judge.js';
import { type Patience, type TellPause, withPatience } from '../patience.js';
import { type ReplyStyle, replyFields, replyText } from '../reply-printer.js';
import type { ServiceRequest } from '../request.js';
import { gather } from './gather.js';
import type { Gathering } from './reply-collector.js';
import type { Running } from './run-lines.js';

/** One request, and the replies of many. */
export interface GatheredRequest extends Gathering {
  readonly plan: ConnectionPlan;
  readonly request: ServiceRequest;
  readonly patience: Patience;
  readonly judge: Judge;
  readonly tellPause: TellPause;
}

/**
 * Sends one request and prints its replies as they come. One that is not as expected ends it; a service's error is
 * kept until all replies are there.
 */
export function runGather(gathered: GatheredRequest, output: Output, style: ReplyStyle): Running {
  const { plan, request, patience, judge, tellPause } = gathered;
  const { subject } = request;
  const writer = output.writer();
  let serviceError: CliError | undefined;
  let isCutShort = false;

  const work = async (): Promise<void> => {
    try {
      const attempt: Parameters<typeof withPatience<number>>[2] = (connection) =>
        gather(connection, request, gathered, (reply) => {
          if (isCutShort) return;
          const failure = judge(subject, reply);
          if (output.style.json) void writer.write(`${JSON.stringify(replyFields(subject, reply))}\n`);
          else if (failure?.kind !== 'service_error' || reply.body.length > 0) {
            void writer.write(replyText(reply, output, style));
            void writer.write(style.end);
          }
          if (failure?.kind === 'expectation') throw failure;
          serviceError ??= failure;
        });
      await withPatience(plan, patience, attempt, tellPause);
    } finally {
      await writer.flush();
    }
    if (serviceError !== undefined) throw serviceError;
  };
  return {
    done: work(),
    cutShort() {
      isCutShort = true;
      return writer.flush();
    },
  };
}
