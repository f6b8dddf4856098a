import { usageError } from '../errors.js';
import { chooseBody, parseHeaders, readBody, stdinHasInput } from '../input/index.js';
import { requireQueue, requireSubject } from '../protocol/subjects.js';
import { type CannedReply, parseCannedError, runReply } from '../replying/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';

const MOST_REQUESTS = 1_000_000_000;
/** Those of the `nats` command, which fills them in without being asked. */
const PLACEHOLDER = /\{\{\s*(Request|Count|Time|TimeStamp|Unix|UnixNano|ID|Random [\d ]+)\s*\}\}/;

export const reply = defineCommand({
  usage: 'reply SUBJECT [BODY]',
  describe: 'Answer requests with a canned reply, for tests',
  operands: {
    SUBJECT: 'Where to listen; may have the wildcards * and >',
    BODY: 'What to answer; "-" is stdin, as is no BODY after a pipe or "<"',
  },
  completes: ['subject'],
  flags: {
    echo: { kind: 'switch', describe: 'Answer with what was asked, headers included' },
    error: { kind: 'value', describe: 'Answer with an error of the service, CODE:TEXT' },
    header: { kind: 'list', alias: 'H', describe: 'A header of the answer, Name:Value; may be repeated' },
    templates: { kind: 'switch', describe: 'Fill in {{Request}}, {{Count}}, {{Time}}, {{ID}}, {{Random 1 9}}' },
    file: { kind: 'value', alias: 'f', describe: 'Answer with the content of a file', completes: 'file' },
    'no-stdin': { kind: 'switch', describe: 'Never read stdin' },
    queue: {
      kind: 'value',
      describe: 'Queue group to share the requests with',
      default: 'none: answers every request',
    },
    count: { kind: 'value', describe: 'Exit with 0 after so many requests', default: 'no end' },
    delay: { kind: 'value', describe: 'Answer each request so long after it came' },
    'ready-file': {
      kind: 'value',
      describe: 'Write this file once the server has confirmed; removed at the end',
      completes: 'file',
    },
  },
  examples: [
    [
      'natsctl reply price.get \'{"price":5}\' --ready-file ready &',
      'a service for a test, and a sign that it is there',
    ],
    ['natsctl reply echo --echo --count 1', 'answer one request with itself, then exit'],
    ["natsctl reply price.get --error '404:no such article' --delay 200ms", 'how does the caller take it?'],
  ],
  epilogue:
    'Ctrl-C or SIGTERM answers what has come, then it exits: with 0, or with 130 or 143 where --count is not reached. It reconnects for ever. --verbose tells of each request.',
  handlesSignals: true,

  async run({ operands, flags, global, output, env }) {
    requireOperands(operands, ['SUBJECT'], ['BODY']);
    const subject = requireSubject(operands[0] as string, { wildcards: true });
    const argument = operands[1];
    const error = flags.error === undefined ? undefined : parseCannedError(flags.error);
    if (flags.echo && (argument !== undefined || flags.file !== undefined)) {
      throw usageError('--echo answers with what was asked: give neither BODY nor --file');
    }
    if (flags.echo && flags.templates) throw usageError('--echo and --templates exclude each other');
    const noStdin = flags.noStdin || ((flags.echo || error !== undefined) && argument === undefined);
    const bodySource = chooseBody({ argument, file: flags.file, noStdin }, stdinHasInput());
    const task = {
      subject,
      queue: flags.queue === undefined ? undefined : requireQueue(flags.queue),
      count:
        flags.count === undefined
          ? undefined
          : parseWholeNumber(flags.count, '--count', { min: 1, max: MOST_REQUESTS }),
      delayMs: flags.delay === undefined ? 0 : parseDuration(flags.delay, '--delay'),
      readyFile: flags.readyFile,
      plan: planFromFlags(global, env, `natsctl reply ${subject}`),
    };
    const headers = parseHeaders(flags.header);
    const body = await readBody(bodySource, () => output.notice('waiting for the body on stdin…'));
    const [placeholder] = flags.templates ? [] : (PLACEHOLDER.exec(Buffer.from(body).toString('utf8')) ?? []);
    if (placeholder !== undefined) output.notice(`${placeholder} is answered as it stands: --templates fills it in`);
    const canned = {
      body: flags.echo ? (request: Uint8Array) => request : await bodyOf(body, flags.templates),
      headers,
      echoHeaders: flags.echo,
      error,
    };
    return runReply({ ...task, canned }, output);
  },
});

/** Loads what reads templates only where they are asked for. @throws CliError `usage` where a placeholder is unknown */
async function bodyOf(body: Uint8Array, isTemplate: boolean): Promise<CannedReply['body']> {
  if (!isTemplate) return () => body;
  const { parseBodyTemplate } = await import('../messages/index.js');
  const fill = parseBodyTemplate(Buffer.from(body).toString('utf8'), true);
  return (request, count) => fill({ request, count });
}
