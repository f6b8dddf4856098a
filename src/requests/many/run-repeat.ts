import type { ErrorKind } from '../../errors.js';
import { type Output, tellSummary } from '../../output/index.js';
import { type ReplyStyle, replyFields, replyText, roundMs } from '../reply-printer.js';
import type { RequestMessage } from '../request.js';
import { type ManyRequests, type RequestResult, requestMany } from './request-many.js';
import { type RoundTripFigures, summarizeRoundTrips } from './round-trips.js';
import type { Running } from './run-lines.js';
import { Tally } from './tally.js';

/** One request, many times. */
export interface RepeatedRequest
  extends Pick<ManyRequests<never>, 'plan' | 'concurrency' | 'patience' | 'judge' | 'tellPause'> {
  readonly request: RequestMessage;
  readonly times: number;
}

/** What would be the same the next time. */
const LASTING: ReadonlySet<ErrorKind> = new Set(['usage', 'authorization', 'expectation']);

/**
 * Sends the same request many times, and tells how long the round trips took. Only the first reply is printed: with
 * `--json` at the end, with the figures.
 */
export function runRepeat(repeated: RepeatedRequest, output: Output, style: ReplyStyle): Running {
  const { request, times, ...rest } = repeated;
  const { subject } = request;
  const tally = new Tally();
  const roundTripsMs: number[] = [];
  const writer = output.writer();
  let first: RequestResult | undefined;
  let isCutShort = false;

  const take = (result: RequestResult): void => {
    if (isCutShort) return;
    const { reply, failure } = result;
    tally.note(result);
    if (reply !== undefined) roundTripsMs.push(reply.rttMs);
    if (reply !== undefined && first === undefined) {
      first = result;
      if (!output.style.json && (failure?.kind !== 'service_error' || reply.body.length > 0)) {
        void writer.write(replyText(reply, output, style));
        void writer.write(style.end);
      }
    }
    if (failure !== undefined && LASTING.has(failure.kind)) throw failure;
  };
  const finish = async (): Promise<void> => {
    const figures = summarizeRoundTrips(roundTripsMs);
    const summary = { ...tally.summary(), ...figureFields(figures) };
    if (output.style.json && first?.reply !== undefined) {
      const { rtt_ms: _, ...fields } = replyFields(subject, first.reply) as { rtt_ms: number };
      void writer.write(`${JSON.stringify({ ...fields, ...summary })}\n`);
    }
    await writer.flush();
    tellSummary(output, `${tally.describe()}${describe(figures)}`, summary);
  };
  const work = async (): Promise<void> => {
    try {
      await requestMany({ ...rest, inputs: repeat(request, times), toRequest: (input) => input, ordered: false }, take);
    } finally {
      if (!isCutShort && tally.requests > 0) await finish();
    }
    const error = tally.error();
    if (error !== undefined) throw error;
  };
  return {
    done: work(),
    cutShort() {
      isCutShort = true;
      return finish();
    },
  };
}

const BATCH = 1_000;

async function* repeat<T>(input: T, times: number): AsyncGenerator<readonly T[]> {
  for (let left = times; left > 0; left -= BATCH) yield Array<T>(Math.min(left, BATCH)).fill(input);
}

function describe(figures: RoundTripFigures | undefined): string {
  if (figures === undefined) return '';
  const { minMs, medianMs, p99Ms } = figures;
  return `; round trip min ${minMs.toFixed(2)} ms, median ${medianMs.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
}

function figureFields(figures: RoundTripFigures | undefined): object {
  if (figures === undefined) return {};
  const { minMs, medianMs, p99Ms } = figures;
  return { rtt_min_ms: roundMs(minMs), rtt_median_ms: roundMs(medianMs), rtt_p99_ms: roundMs(p99Ms) };
}
