import { chooseBody, cutInput, parseHeaders, readBody, readInput, stdinHasInput } from '../input/index.js';
import { untilSignal } from '../lifecycle/index.js';
import type { Expectation, ExpectationFlags } from '../messages/index.js';
import { escapeForLog, type Output, startSpinner } from '../output/index.js';
import { requireSubject } from '../protocol/subjects.js';
import {
  createJudge,
  type Judge,
  type Reply,
  type ReplyStyle,
  replyFields,
  replyText,
  request as sendRequest,
  type TellPause,
} from '../requests/index.js';
import type { Running } from '../requests/many/index.js';
import { formatDuration, parseDuration, parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';
import { requireInput } from './input-format.js';
import { chooseMode } from './request-mode.js';

const MOST_RETRIES = 1_000;
const REQUEST = 'Request:';
const MANY_REQUESTS = 'Many requests:';
const REPLIES = 'Replies:';

export const request = defineCommand({
  usage: 'request SUBJECT [BODY]',
  describe: 'Send a request and print the reply',
  operands: {
    SUBJECT: 'Where the service listens, such as greeter.greet',
    BODY: 'What to send; "-" is stdin, as is no BODY after a pipe or "<"',
  },
  completes: ['subject'],
  flags: {
    header: { kind: 'list', alias: 'H', group: REQUEST, describe: 'A header, Name:Value; may be repeated' },
    file: { kind: 'value', alias: 'f', group: REQUEST, describe: 'Send the content of a file', completes: 'file' },
    'no-stdin': { kind: 'switch', group: REQUEST, describe: 'Never read stdin' },
    retries: { kind: 'value', group: REQUEST, describe: 'Tries after a failure that may pass', default: '0' },
    wait: { kind: 'value', group: REQUEST, describe: 'Wait so long for a server and a responder' },
    lines: { kind: 'switch', group: MANY_REQUESTS, describe: 'A request for each line of stdin, or --file' },
    null: { kind: 'switch', group: MANY_REQUESTS, describe: 'The same with NUL for the line end, also out' },
    ndjson: { kind: 'switch', group: MANY_REQUESTS, describe: 'A request for each line, JSON as of sub --json' },
    concurrency: {
      kind: 'value',
      group: MANY_REQUESTS,
      describe: 'Requests at a time',
      default: '64; 1 with --repeat',
    },
    unordered: { kind: 'switch', group: MANY_REQUESTS, describe: 'Print replies as they come' },
    repeat: { kind: 'value', group: MANY_REQUESTS, describe: 'The same request N times, and how long it takes' },
    replies: {
      kind: 'value',
      group: REPLIES,
      describe: 'Wait for N, or for all in --timeout',
      default: '1',
      choices: ['all'],
    },
    idle: {
      kind: 'value',
      group: REPLIES,
      describe: 'No further reply for so long ends --replies',
      peerNames: ['reply-timeout'],
    },
    expect: { kind: 'value', group: REPLIES, describe: 'Fail with 8 where the body is not this' },
    'expect-match': { kind: 'value', group: REPLIES, describe: 'The same, for a regular expression in it' },
    'expect-json': { kind: 'list', group: REPLIES, describe: 'The same, for PATH=JSON; may be repeated' },
    raw: { kind: 'switch', alias: 'r', group: REPLIES, describe: 'Never escape the body, not even on a terminal' },
    'no-newline': { kind: 'switch', group: REPLIES, describe: 'Print the bytes of the body alone' },
    'send-on': { kind: 'value', hidden: true, describe: 'newline: --lines', choices: ['newline', 'eof'] },
    'wait-for-empty': { kind: 'switch', hidden: true, describe: '--replies all' },
  },
  examples: [
    ['natsctl request greeter.greet World --wait 30s', 'print the reply, exit 0; wait for the service to start'],
    ['natsctl request greeter.greet --lines < names', 'a request for each line, a reply line for each'],
    ["natsctl request '$SRV.PING' --replies all --idle 300ms --json", 'all services that answer'],
  ],
  epilogue:
    'Exit codes: 0 reply, 2 usage, 3 no connection, 4 refused or denied, 5 no responders, 6 too few replies in time, 7 service error, 8 not as expected; of many requests the one that comes first in 2, 4, 3, 5, 6, 7, 8. An empty message ends a stream of replies.',
  handlesSignals: true,

  async run({ operands, flags, global, output, env }) {
    const mode = chooseMode(flags);
    const isEach = mode.kind === 'each';
    if (isEach && mode.format === 'ndjson') requireOperands(operands, [], ['SUBJECT', 'BODY']);
    else requireOperands(operands, ['SUBJECT'], ['BODY']);
    const [subjectText, argument] = operands;
    const subject = subjectText === undefined ? undefined : requireSubject(subjectText, { wildcards: false });
    const given = { argument, file: flags.file, noStdin: flags.noStdin };
    if (isEach) requireInput(given, `--${mode.format}`);
    const bodySource = chooseBody(given, stdinHasInput());
    const patience = {
      retries: parseWholeNumber(flags.retries ?? '0', '--retries', { min: 0, max: MOST_RETRIES }),
      waitMs: flags.wait === undefined ? 0 : parseDuration(flags.wait, '--wait'),
    };
    const headers = parseHeaders(flags.header);
    const plan = planFromFlags(global, env, 'natsctl request');
    const judge = createJudge(await readExpectation(flags));
    const end = isEach && mode.format === 'null' ? '\0' : '\n';
    const style: ReplyStyle = { raw: flags.raw, end: flags.noNewline ? '' : end };
    const tellPause: TellPause = (failure, pauseMs) =>
      output.detail(`${failure.message}; trying again in ${formatDuration(pauseMs)}`);
    const asked = { plan, patience, judge, tellPause };

    let running: Running | undefined;
    const work = async (): Promise<void> => {
      if (isEach) {
        const { requestOf, runLines } = await import('../requests/many/index.js');
        const chunks = readInput(flags.file, () => output.notice('waiting for input on stdin…'));
        const inputs = cutInput(chunks, mode.format);
        const toRequest = requestOf(mode.format, { subject, headers });
        running = runLines({ ...asked, ...mode, inputs, toRequest }, output, style);
        return running.done;
      }
      const body = await readBody(bodySource, () => output.notice('waiting for the body on stdin…'));
      const message = { subject: subject as string, body, headers, timeoutMs: plan.timeoutMs };
      if (mode.kind === 'one') {
        const spinner = startSpinner(output, `waiting for a reply from ${subject}`);
        const reply = await sendRequest(plan, message, patience, tellPause).finally(() => spinner.stop());
        return printReply(output, message.subject, reply, style, judge);
      }
      const { runGather, runRepeat } = await import('../requests/many/index.js');
      const task = { ...asked, request: message };
      running =
        mode.kind === 'gather'
          ? runGather({ ...task, ...mode }, output, style)
          : runRepeat({ ...task, ...mode }, output, style);
      return running.done;
    };
    return untilSignal(work, async () => running?.cutShort());
  },
});

/** Loads what reads expectations only where there are any. */
async function readExpectation(flags: ExpectationFlags): Promise<Expectation | undefined> {
  const { expect, expectMatch, expectJson = [] } = flags;
  if (expect === undefined && expectMatch === undefined && expectJson.length === 0) return undefined;
  const { parseExpectation } = await import('../messages/index.js');
  return parseExpectation(flags);
}

/** Prints the reply. @throws CliError where it is not as it should be */
async function printReply(
  output: Output,
  subject: string,
  reply: Reply,
  style: ReplyStyle,
  judge: Judge,
): Promise<void> {
  const failure = judge(subject, reply);
  if (output.style.json) await output.record(replyFields(subject, reply));
  else if (failure?.kind !== 'service_error' || reply.body.length > 0) {
    await output.data(replyText(reply, output, style));
    if (style.end !== '') await output.data(style.end);
  }
  const shown = escapeForLog(Buffer.from(reply.body).toString('utf8'));
  output.detail(`Received reply from ${subject}: ${shown} (${reply.rttMs.toFixed(2)} ms)`);
  if (failure !== undefined) throw failure;
}
