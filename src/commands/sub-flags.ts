import { ENCODINGS, TIME_STYLES } from '../output/index.js';
import type { Flags } from './flags.js';

const GOAL = 'When it ends:';
const FORM = 'What it prints:';
const INSTEAD = 'In place of printing:';

/** Where nothing says for how long an expected message is waited for. */
export const EXPECT_FOR = '30s';
/** Where there is a goal, for so long a lost connection is waited for. */
export const GOAL_RECONNECT = '30s';

export const subFlags = {
  queue: { kind: 'value', describe: 'Share the messages with the members of this queue group' },
  'ready-file': {
    kind: 'value',
    completes: 'file',
    describe: 'Write this once the server has confirmed; removed at the end',
  },
  reconnect: {
    kind: 'value',
    describe: 'Wait so long for a lost server',
    default: `for ever; ${GOAL_RECONNECT} with a goal`,
  },
  count: { kind: 'value', group: GOAL, describe: 'After so many messages' },
  for: { kind: 'value', group: GOAL, describe: 'After this time', default: `${EXPECT_FOR} with --expect` },
  idle: { kind: 'value', group: GOAL, peerNames: ['wait'], describe: 'After this time without a message' },
  expect: { kind: 'value', group: GOAL, describe: 'At the first body that is this text' },
  'expect-match': { kind: 'value', group: GOAL, describe: 'At the first body in which this is found' },
  'expect-json': { kind: 'list', group: GOAL, describe: 'At the first JSON body with this: order.id=5' },
  raw: { kind: 'switch', alias: 'r', group: FORM, describe: 'The bodies, never escaped, a line end after each' },
  'no-newline': { kind: 'switch', group: FORM, describe: 'With --raw: no line ends' },
  null: { kind: 'switch', group: FORM, describe: 'NUL in place of line ends, for xargs -0' },
  format: { kind: 'value', group: FORM, describe: "'{{time}} {{subject}} {{headers.X-Id}} {{data}}'" },
  parse: { kind: 'switch', group: FORM, describe: 'With --json: JSON bodies as json, not data' },
  encoding: {
    kind: 'value',
    group: FORM,
    choices: ENCODINGS,
    describe: 'Bodies as utf8, base64, hex',
    default: 'utf8',
  },
  'subjects-only': { kind: 'switch', group: FORM, describe: 'The subjects, one a line' },
  'headers-only': { kind: 'switch', group: FORM, describe: 'No bodies' },
  timestamps: { kind: 'value', group: FORM, choices: TIME_STYLES, describe: 'delta: since the start' },
  timestamp: { kind: 'switch', alias: 't', hidden: true, describe: '--timestamps absolute' },
  'delta-time': { kind: 'switch', alias: 'd', hidden: true, describe: '--timestamps delta' },
  exec: { kind: 'switch', group: INSTEAD, describe: 'Run what follows -- for each, the body on its stdin' },
  concurrency: { kind: 'value', group: INSTEAD, describe: 'So many programs at a time', default: '1' },
  'fail-fast': { kind: 'switch', group: INSTEAD, describe: 'End at the first program that fails' },
  dump: { kind: 'value', group: INSTEAD, completes: 'directory', describe: 'Write each to a file in this folder' },
  report: {
    kind: 'switch',
    group: INSTEAD,
    peerNames: ['report-subjects'],
    describe: 'The busiest subjects: messages, rate, bytes',
  },
  'report-top': { kind: 'value', hidden: true, describe: 'How many subjects --report tells of' },
} as const satisfies Flags;
