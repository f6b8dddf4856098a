import { CommandParser, type ParserLimits, type PublishFrame } from '../../src/protocol/command-parser.js';
import { hashSubject } from '../../src/protocol/subject-hash.js';

/** Small, so that tests reach them. */
export const LIMITS: ParserLimits = { maxControlLine: 64, maxPayload: 100 };

/** What a parser has said, as values. Texts are latin1. */
export type Call =
  | { readonly call: 'connect'; readonly json: string }
  | {
      readonly call: 'publish';
      readonly subject: string;
      readonly reply: string | undefined;
      readonly headers: string | undefined;
      readonly body: string;
      readonly tail: string;
    }
  | { readonly call: 'subscribe'; readonly subject: string; readonly queue: string | undefined; readonly sid: string }
  | { readonly call: 'unsubscribe'; readonly sid: string; readonly max: number | undefined }
  | { readonly call: 'ping' | 'pong' }
  | { readonly call: 'problem'; readonly kind: string; readonly detail: string | number };

/**
 * Feeds a new parser the chunks, each of them overwritten as soon as it has been read.
 *
 * @returns its calls
 */
export function callsOf(chunks: readonly Buffer[], limits = LIMITS): Call[] {
  const calls: Call[] = [];
  const parser = new CommandParser(
    {
      onConnect: (json) => calls.push({ call: 'connect', json }),
      onPublish: (frame) => calls.push(readPublish(frame)),
      onSubscribe: (subject, queue, sid) => calls.push({ call: 'subscribe', subject, queue, sid }),
      onUnsubscribe: (sid, max) => calls.push({ call: 'unsubscribe', sid, max }),
      onPing: () => calls.push({ call: 'ping' }),
      onPong: () => calls.push({ call: 'pong' }),
      onProblem: (problem) => {
        const { kind } = problem;
        // Of what stands near, no more than its first byte need have come.
        if (kind === 'unknown_operation') calls.push({ call: 'problem', kind, detail: problem.near.slice(0, 1) });
        else if (kind === 'line_too_long') calls.push({ call: 'problem', kind, detail: problem.limit });
        else if (kind === 'payload_too_large') calls.push({ call: 'problem', kind, detail: problem.size });
        else calls.push({ call: 'problem', kind, detail: problem.reason });
      },
    },
    limits,
  );
  for (const chunk of chunks) {
    const mine = Buffer.from(chunk);
    parser.parse(mine);
    mine.fill(0xff);
  }
  return calls;
}

function readPublish(frame: PublishFrame): Call {
  const { bytes, subjectStart, subjectEnd, subjectHash, replyStart, replyEnd, tailStart, end, size, headerSize } =
    frame;
  if (subjectHash !== hashSubject(bytes, subjectStart, subjectEnd)) throw new Error('the hash is not of the subject');
  const bodyEnd = end - 2;
  const bodyStart = bodyEnd - size + Math.max(headerSize, 0);
  return {
    call: 'publish',
    subject: bytes.toString('latin1', subjectStart, subjectEnd),
    reply: replyEnd > replyStart ? bytes.toString('latin1', replyStart, replyEnd) : undefined,
    headers: headerSize < 0 ? undefined : bytes.toString('latin1', bodyEnd - size, bodyStart),
    body: bytes.toString('latin1', bodyStart, bodyEnd),
    tail: bytes.toString('latin1', tailStart, end),
  };
}
