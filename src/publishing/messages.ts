import type { MsgHdrs } from 'nats';
import { usageError } from '../errors.js';
import type { InputFormat } from '../input/index.js';
import { mergeHeaders, parseBodyTemplate, parseMessageRecord } from '../messages/index.js';
import { findSubjectProblem, requireSubject } from '../protocol/subjects.js';
import type { OutgoingMessage } from './publisher.js';

/** What all messages have in common. */
export interface CommonParts {
  /** In place of the input's own; undefined where each has its own. */
  readonly subject: string | undefined;
  /** The same. */
  readonly reply: string | undefined;
  /** An input's own reply subjects are left out. */
  readonly noReply: boolean;
  readonly headers: MsgHdrs | undefined;
  /** Subjects and bodies have placeholders. */
  readonly templates: boolean;
}

/**
 * Makes a message of a body, or of a piece of input.
 *
 * @param n of the message, counted from 1
 * @throws CliError `usage` where it is none
 */
export type ToMessage = (input: Uint8Array, n: number) => OutgoingMessage;

/**
 * Makes messages of the pieces of an input, or of a body that stands by itself.
 *
 * @throws CliError `usage` where the subject is missing, or a placeholder of it is unknown
 */
export function toMessageOf(format: InputFormat | undefined, common: CommonParts): ToMessage {
  return format === 'ndjson' ? lineToMessage(common) : bodyToMessage(common);
}

/** Makes messages of bodies. @throws CliError `usage` where a placeholder of the subject is unknown */
function bodyToMessage({ subject, reply, headers, templates }: CommonParts): ToMessage {
  if (subject === undefined) throw usageError('SUBJECT is missing');
  if (!templates) return (body) => ({ subject, reply, headers, body });
  const fillSubject = subjectTemplate(subject);
  const fillBody = bodyTemplates();
  return (body, n) => ({ subject: fillSubject(n), reply, headers, body: fillBody(body, n) });
}

/**
 * Makes messages of lines as `sub --json` prints them. Where a line has a header that all messages have as well, the
 * common one counts.
 *
 * @throws CliError `usage` where a placeholder of the subject is unknown
 */
function lineToMessage({ subject, reply, noReply, headers, templates }: CommonParts): ToMessage {
  const fillSubject = templates && subject !== undefined ? subjectTemplate(subject) : undefined;
  const fillBody = templates ? bodyTemplates() : undefined;
  return (line, n) => {
    const record = parseMessageRecord(line);
    const target = fillSubject?.(n) ?? subject ?? ownSubject(record.subject, n, templates);
    return {
      subject: target,
      reply: reply ?? (noReply ? undefined : requireReply(record.reply)),
      headers: mergeHeaders(record.headers, headers),
      body: fillBody === undefined ? record.body : fillBody(record.body, n),
    };
  };
}

function ownSubject(subject: string | undefined, n: number, templates: boolean): string {
  if (subject === undefined) throw usageError('the line has no "subject", and no SUBJECT is given');
  return templates ? subjectTemplate(subject)(n) : requireSubject(subject, { wildcards: false });
}

/** A server hands an empty reply on as none. */
function requireReply(reply: string | undefined): string | undefined {
  if (reply === undefined || reply === '') return undefined;
  return requireReplySubject(reply);
}

/** Lets a valid reply subject pass. @throws CliError `usage` */
export function requireReplySubject(reply: string): string {
  const problem = findSubjectProblem(reply, { wildcards: false });
  if (problem === undefined) return reply;
  throw usageError(`invalid reply subject ${JSON.stringify(reply)}: ${problem.reason}`);
}

function subjectTemplate(template: string): (n: number) => string {
  const fill = parseBodyTemplate(template);
  return (count) => requireSubject(Buffer.from(fill({ count })).toString('utf8'), { wildcards: false });
}

/** Fills bodies in; one that comes again and again is read once. */
function bodyTemplates(): (body: Uint8Array, n: number) => Uint8Array {
  let last: { readonly body: Uint8Array; readonly fill: ReturnType<typeof parseBodyTemplate> } | undefined;
  return (body, count) => {
    if (last?.body !== body) last = { body, fill: parseBodyTemplate(decode(body)) };
    return last.fill({ count });
  };
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw usageError('--templates: the body is not valid UTF-8');
  }
}
