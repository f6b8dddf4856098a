import { prepareReadyFile, removeReadyFile, writeReadyFile } from '../lifecycle/index.js';
import { parseExpectation } from '../messages/index.js';
import {
  chooseMessageStyle,
  createMessagePrinter,
  createTimestamps,
  ENCODINGS,
  startSpinner,
  TIME_STYLES,
} from '../output/index.js';
import { requireQueue, requireSubject } from '../protocol/subjects.js';
import { createPrintSink, type Goal, hasGoal, subscribe } from '../subscribing/index.js';
import { formatDuration, parseDuration, parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';

const GOAL = 'When it ends:';
const FORM = 'What it prints:';
/** Where nothing says for how long an expected message is waited for. */
const EXPECT_FOR = '30s';
/** Where there is a goal, for so long a lost connection is waited for. */
const GOAL_RECONNECT = '30s';
/** At a signal, a reader of stdout that takes nothing is waited for no longer. */
const READER_PATIENCE_MS = 1_000;

export const sub = defineCommand({
  usage: 'sub SUBJECT...',
  describe: 'Print the messages that are published',
  operands: { SUBJECT: 'One or more; * stands for one token, > for the rest: orders.*, orders.>' },
  completes: ['subject'],
  runsProgram: true,
  flags: {
    queue: { kind: 'value', describe: 'Share the messages with the other members of this queue group' },
    'ready-file': {
      kind: 'value',
      completes: 'file',
      describe: 'Write this file once the server has confirmed; removed at the end',
    },
    reconnect: {
      kind: 'value',
      describe: 'How long to wait for a lost server',
      default: `for ever; ${GOAL_RECONNECT} with --count or --expect`,
    },
    count: { kind: 'value', group: GOAL, describe: 'After so many messages' },
    for: { kind: 'value', group: GOAL, describe: 'After this time', default: `${EXPECT_FOR} with --expect` },
    idle: { kind: 'value', group: GOAL, peerNames: ['wait'], describe: 'After this time without a message' },
    expect: { kind: 'value', group: GOAL, describe: 'At the first body that is this text' },
    'expect-match': { kind: 'value', group: GOAL, describe: 'At the first body in which this is found' },
    'expect-json': { kind: 'list', group: GOAL, describe: 'At the first JSON body with PATH=JSON: order.id=5' },
    raw: { kind: 'switch', alias: 'r', group: FORM, describe: 'The bodies, never escaped, a line end after each' },
    'no-newline': { kind: 'switch', group: FORM, describe: 'With --raw: no line ends' },
    null: { kind: 'switch', group: FORM, describe: 'NUL in place of line ends, for xargs -0' },
    format: { kind: 'value', group: FORM, describe: "A template: '{{time}} {{subject}} {{headers.X-Id}} {{data}}'" },
    parse: { kind: 'switch', group: FORM, describe: 'With --json: a body that is JSON as json, in place of data' },
    encoding: {
      kind: 'value',
      group: FORM,
      choices: ENCODINGS,
      describe: 'Bodies as utf8, base64, hex',
      default: 'utf8',
    },
    'subjects-only': { kind: 'switch', group: FORM, describe: 'The subjects, one a line' },
    'headers-only': { kind: 'switch', group: FORM, describe: 'No bodies' },
    timestamps: {
      kind: 'value',
      group: FORM,
      choices: TIME_STYLES,
      describe: 'Times absolute, or delta: since the start',
    },
    timestamp: { kind: 'switch', alias: 't', hidden: true, describe: '--timestamps absolute' },
    'delta-time': { kind: 'switch', alias: 'd', hidden: true, describe: '--timestamps delta' },
  },
  examples: [
    ["natsctl sub 'orders.>'", 'watch; Ctrl-C ends it'],
    ['natsctl sub jobs.done --count 3 --for 1m --raw', 'three bodies, or exit 6 after a minute'],
    ["natsctl sub 'a.>' --expect-json state='\"up\"' --ready-file ready & …", 'in CI: wait for the file, then publish'],
  ],
  epilogue:
    'Exit codes: 0 goal reached, or none; 2 usage, 3 no connection, 4 refused or denied, 6 too few messages, 8 none as expected, 130 or 143 a signal before the goal.',
  handlesSignals: true,

  async run({ operands, flags, global, output, env }) {
    if (operands.length === 0) requireOperands(operands, ['SUBJECT']);
    const subjects = operands.map((subject) => requireSubject(subject, { wildcards: true }));
    const queue = flags.queue === undefined ? undefined : requireQueue(flags.queue);
    const goal = readGoal(flags);
    const { readyFile } = flags;
    const reconnect = flags.reconnect ?? (hasGoal(goal) ? GOAL_RECONNECT : undefined);
    const reconnectMs = reconnect === undefined ? undefined : parseDuration(reconnect, '--reconnect');
    const timeStyle = flags.timestamps ?? (flags.timestamp ? 'absolute' : flags.deltaTime ? 'delta' : undefined);
    const style = chooseMessageStyle(
      { ...flags, json: output.style.json, timestamps: timeStyle },
      await output.dataColors(),
    );
    const plan = planFromFlags(global, env, 'natsctl sub');

    const timestamps = createTimestamps(style.time);
    const escaped = output.dataIsForTerminal && !flags.raw;
    const print = createMessagePrinter(style.form, { timestamps, escaped, encoding: style.encoding });
    const writer = output.writer();
    if (readyFile !== undefined) await prepareReadyFile(readyFile);
    const spinner = startSpinner(output, 'connecting');
    try {
      return await subscribe({
        plan,
        subjects,
        queue,
        goal,
        reconnectMs,
        output,
        sink: createPrintSink(print, writer),
        async onSubscribed(url) {
          spinner.stop();
          timestamps.begin();
          output.notice(
            `subscribed to ${subjects.join(', ')} at ${url}${queue === undefined ? '' : `, queue ${queue}`}`,
          );
          const state = { pid: process.pid, subjects, queue, url, context: plan.context };
          if (readyFile !== undefined) await writeReadyFile(readyFile, state);
        },
        onCutShort: () =>
          writer.waitAtMost(READER_PATIENCE_MS, () =>
            output.warn(`the reader of stdout took nothing for ${formatDuration(READER_PATIENCE_MS)}: messages lost`),
          ),
      });
    } finally {
      spinner.stop();
      if (readyFile !== undefined) await removeReadyFile(readyFile);
    }
  },
});

/** @throws CliError `usage` */
function readGoal(flags: {
  readonly count: string | undefined;
  readonly for: string | undefined;
  readonly idle: string | undefined;
  readonly expect: string | undefined;
  readonly expectMatch: string | undefined;
  readonly expectJson: readonly string[];
}): Goal {
  const expectation = parseExpectation(flags);
  const forText = flags.for ?? (expectation === undefined ? undefined : EXPECT_FOR);
  return {
    count:
      flags.count === undefined
        ? undefined
        : parseWholeNumber(flags.count, '--count', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    expectation,
    forMs: forText === undefined ? undefined : parseDuration(forText, '--for'),
    idleMs: flags.idle === undefined ? undefined : parseDuration(flags.idle, '--idle'),
  };
}
