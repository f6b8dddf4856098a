import { isatty } from 'node:tty';
import { chooseBody, cutInput, parseHeaders, readBody, readInput, stdinHasInput } from '../input/index.js';
import { untilSignal } from '../lifecycle/index.js';
import { requireSubject } from '../protocol/subjects.js';
import {
  type CommonParts,
  CountedInput,
  inputSize,
  type Publishing,
  type PublishTask,
  repeat,
  requireReplySubject,
  runPublish,
  toMessageOf,
} from '../publishing/index.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';
import { requireInput } from './input-format.js';
import { choosePubMode, type PubMode } from './pub-mode.js';

const MESSAGE = 'Message:';
const MANY_MESSAGES = 'Many messages:';

export const pub = defineCommand({
  usage: 'pub SUBJECT [BODY]',
  describe: 'Publish a message, or many',
  operands: {
    SUBJECT: 'Where to; with --ndjson it stands in for the subjects of the lines',
    BODY: 'What to publish; "-" is stdin, as is no BODY after a pipe or "<"',
  },
  completes: ['subject'],
  flags: {
    header: { kind: 'list', alias: 'H', group: MESSAGE, describe: 'A header, Name:Value; may be repeated' },
    reply: { kind: 'value', group: MESSAGE, describe: 'Where replies are to go', completes: 'subject' },
    file: { kind: 'value', alias: 'f', group: MESSAGE, describe: 'Publish the content of a file', completes: 'file' },
    'no-stdin': { kind: 'switch', group: MESSAGE, describe: 'Never read stdin' },
    templates: {
      kind: 'switch',
      group: MESSAGE,
      describe: 'Fill in {{Count}} {{Time}} {{TimeStamp}} {{Unix}} {{UnixNano}} {{ID}} {{Random 1 9}}',
    },
    lines: { kind: 'switch', group: MANY_MESSAGES, describe: 'A message for each line of stdin, or --file' },
    null: { kind: 'switch', group: MANY_MESSAGES, describe: 'The same with NUL for the line end' },
    ndjson: { kind: 'switch', group: MANY_MESSAGES, describe: 'A message for each line, JSON as of sub --json' },
    'no-reply': { kind: 'switch', group: MANY_MESSAGES, describe: 'Leave out the reply subjects of --ndjson' },
    'skip-bad': { kind: 'switch', group: MANY_MESSAGES, describe: 'Go on past lines that are no messages' },
    count: { kind: 'value', group: MANY_MESSAGES, describe: 'The same message so many times' },
    rate: { kind: 'value', group: MANY_MESSAGES, describe: 'So many a second', default: 'as the server takes them' },
    interval: {
      kind: 'value',
      group: MANY_MESSAGES,
      peerNames: ['sleep'],
      describe: 'One each time so much has gone by: 10ms',
    },
    'send-on': { kind: 'value', hidden: true, describe: 'newline: --lines', choices: ['newline', 'eof'] },
  },
  examples: [
    ['natsctl pub orders.new \'{"id":1}\' -H X-Source:shop', 'a message; at exit 0 the server has it'],
    ['seq 1000 | natsctl pub numbers --lines --rate 100', 'a message for each line, 100 a second'],
    ["natsctl -s A sub --json 'a.>' | natsctl -s B pub --ndjson --no-reply", 'carry messages to another server'],
  ],
  epilogue:
    'Exit codes: 0 the server has all, 2 usage or a bad line, 3 no connection or lost, 4 refused or denied, 130 or 143 a signal. The error says how many messages the server has, with --json as confirmed and in_doubt.',
  handlesSignals: true,

  async run({ operands, flags, global, output, env }) {
    const mode = choosePubMode(flags);
    if (mode.kind === 'each' && mode.format === 'ndjson') requireOperands(operands, [], ['SUBJECT', 'BODY']);
    else requireOperands(operands, ['SUBJECT'], ['BODY']);
    const [subject, argument] = operands;
    if (subject !== undefined && !flags.templates) requireSubject(subject, { wildcards: false });
    const given = { argument, file: flags.file, noStdin: flags.noStdin };
    if (mode.kind === 'each') requireInput(given, `--${mode.format}`);
    const bodySource = chooseBody(given, stdinHasInput());
    const common: CommonParts = {
      subject,
      reply: flags.reply === undefined ? undefined : requireReplySubject(flags.reply),
      noReply: flags.noReply,
      headers: parseHeaders(flags.header),
      templates: flags.templates,
    };
    const toMessage = toMessageOf(mode.kind === 'each' ? mode.format : undefined, common);
    const plan = planFromFlags(global, env, 'natsctl pub');

    let publishing: Publishing | undefined;
    const work = async (): Promise<void> => {
      const inputs: InputParts =
        mode.kind === 'each'
          ? eachInput(mode, flags.file, () => output.notice('waiting for input on stdin…'))
          : sameInput(mode, await readBody(bodySource, () => output.notice('waiting for the body on stdin…')));
      const hintsAtTemplates = !flags.templates;
      const { skipBad } = flags;
      publishing = runPublish({ plan, toMessage, skipBad, hintsAtTemplates, ...inputs }, output);
      return publishing.done;
    };
    return untilSignal(work, async () => publishing?.cutShort());
  },
});

type InputParts = Pick<PublishTask, 'inputs' | 'pieceName' | 'isOne' | 'intervalMs' | 'fraction' | 'showsProgress'>;

/** The same body, once or many times. */
function sameInput(mode: Extract<PubMode, { kind: 'one' | 'count' }>, body: Uint8Array): InputParts {
  const times = mode.kind === 'one' ? 1 : mode.times;
  return {
    inputs: repeat(body, times),
    pieceName: undefined,
    isOne: times === 1,
    intervalMs: mode.kind === 'one' ? undefined : mode.intervalMs,
    fraction: (messages) => messages / times,
    showsProgress: true,
  };
}

/** A message for each piece of stdin or a file. */
function eachInput(
  { format, intervalMs }: Extract<PubMode, { kind: 'each' }>,
  file: string | undefined,
  tellWaiting: () => void,
): InputParts {
  const chunks = new CountedInput(readInput(file, tellWaiting));
  const size = inputSize(file);
  return {
    inputs: cutInput(chunks, format),
    pieceName: format === 'null' ? 'record' : 'line',
    isOne: false,
    intervalMs,
    fraction: () => (size === undefined ? undefined : chunks.bytesRead / size),
    // Whoever types the lines is not to be written over.
    showsProgress: (file !== undefined && file !== '-') || !isatty(0),
  };
}
