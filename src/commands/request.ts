import { CliError } from '../errors.js';
import { chooseBody, parseHeaders, readBody, stdinHasInput } from '../input/index.js';
import {
  escapeForLog,
  escapePayload,
  headerFields,
  type Output,
  payloadFields,
  startSpinner,
} from '../output/index.js';
import { requireSubject } from '../protocol/subjects.js';
import { type Reply, request as sendRequest, serviceFailure } from '../requests/index.js';
import { formatDuration, parseDuration, parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';

const MOST_RETRIES = 1_000;

export const request = defineCommand({
  usage: 'request SUBJECT [BODY]',
  describe: 'Send a request and print the reply',
  operands: {
    SUBJECT: 'Where the service listens, such as greeter.greet',
    BODY: 'What to send; "-" is stdin, as is no BODY after a pipe or "<"',
  },
  flags: {
    header: { kind: 'list', alias: 'H', describe: 'A header, Name:Value; may be repeated' },
    file: { kind: 'value', alias: 'f', describe: 'Send the content of a file' },
    'no-stdin': { kind: 'switch', describe: 'Never read stdin' },
    retries: {
      kind: 'value',
      describe: 'Try again after no responders, a time-out or a lost connection; a time-out may have been served',
      default: '0',
    },
    wait: { kind: 'value', describe: 'Wait this long while there is no server or nobody serves SUBJECT' },
    raw: { kind: 'switch', describe: 'Never escape the reply, not even on a terminal' },
    'no-newline': { kind: 'switch', describe: 'Print the bytes of the reply alone' },
  },
  examples: [
    ['natsctl request greeter.greet World', 'print the reply, exit 0; 5 if nobody serves it'],
    ['natsctl request orders.new --file order.json --timeout 2s --retries 3', 'send a file, be patient'],
    ['natsctl request greeter.greet World --wait 30s --json', 'in CI, next to a service that is starting'],
  ],
  epilogue:
    'Exit codes: 0 reply, 2 usage, 3 no connection, 4 refused or denied, 5 no responders, 6 no reply in time, 7 service error.',

  async run({ operands, flags, global, output, env }) {
    requireOperands(operands, ['SUBJECT'], ['BODY']);
    const subject = requireSubject(operands[0] as string, { wildcards: false });
    const patience = {
      retries: parseWholeNumber(flags.retries ?? '0', '--retries', { min: 0, max: MOST_RETRIES }),
      waitMs: flags.wait === undefined ? 0 : parseDuration(flags.wait, '--wait'),
    };
    const headers = parseHeaders(flags.header);
    const bodySource = chooseBody({ argument: operands[1], file: flags.file, noStdin: flags.noStdin }, stdinHasInput());
    const plan = planFromFlags(global, env, 'natsctl request');
    const body = await readBody(bodySource, () => output.notice('waiting for the body on stdin…'));

    const spinner = startSpinner(output, `waiting for a reply from ${subject}`);
    let reply: Reply;
    try {
      reply = await sendRequest(
        plan,
        { subject, body, headers, timeoutMs: plan.timeoutMs },
        patience,
        (failure, pause) => output.detail(`${failure.message}; trying again in ${formatDuration(pause)}`),
      );
    } finally {
      spinner.stop();
    }
    return printReply(output, subject, reply, flags);
  },
});

/** Prints the reply. @throws CliError `service_error` where it says that something went wrong */
async function printReply(
  output: Output,
  subject: string,
  reply: Reply,
  style: { readonly raw: boolean; readonly noNewline: boolean },
): Promise<number> {
  const rttMs = Number(reply.rttMs.toFixed(3));
  const failure = serviceFailure(reply.headers);
  if (output.style.json) {
    const fields = { subject, ...payloadFields(reply.body), headers: headerFields(reply.headers), rtt_ms: rttMs };
    await output.record(fields);
  } else if (failure === undefined || reply.body.length > 0) {
    const escaped = output.dataIsForTerminal && !style.raw;
    await output.data(escaped ? escapePayload(reply.body) : reply.body);
    if (!style.noNewline) await output.data('\n');
  }
  const shown = escapeForLog(Buffer.from(reply.body).toString('utf8'));
  output.detail(`Received reply from ${subject}: ${shown} (${reply.rttMs.toFixed(2)} ms)`);
  if (failure === undefined) return 0;
  const code = failure.code === '' ? '' : ` ${failure.code}`;
  throw new CliError('service_error', `${subject} answered with error${code}: ${failure.message}`, {
    details: { code: Number(failure.code) || failure.code, subject },
  });
}
