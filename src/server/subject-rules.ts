import type { PublishFrame } from '../protocol/command-parser.js';

/**
 * nats-server's own rules for subjects, which are looser than those that natsctl holds its users to (see
 * protocol/subjects.ts): blanks cannot occur, since the parser splits at them, and control characters are let pass.
 */

/** Whether one may subscribe to it: no empty token, and `>` as the last one only. */
export function isSubscribable(subject: string): boolean {
  const tokens = subject.split('.');
  return tokens.every((token, index) => token !== '' && (token !== '>' || index === tokens.length - 1));
}

/**
 * Whether a publish names one subject: no empty token, and none that is a wildcard. A pedantic client is told
 * otherwise. Reads the bytes in place: it is done for each publish of a client that did not say it is not pedantic.
 */
export function isLiteral({ bytes, subjectStart, subjectEnd }: PublishFrame): boolean {
  let tokenStart = subjectStart;
  for (let index = subjectStart; index <= subjectEnd; index++) {
    if (index < subjectEnd && bytes[index] !== DOT) continue;
    const length = index - tokenStart;
    if (length === 0) return false;
    if (length === 1 && (bytes[tokenStart] === STAR || bytes[tokenStart] === GREATER)) return false;
    tokenStart = index + 1;
  }
  return true;
}

/** The queue group that nats-server keeps for itself. */
export const RESERVED_QUEUE = '_sys_';

interface Prefix {
  readonly bytes: Buffer;
  /** Whether it is reserved standing alone, too. */
  readonly alone: boolean;
}

const prefix = (text: string, alone: boolean): Prefix => ({ bytes: Buffer.from(text), alone });
const GATEWAY_REPLIES = [prefix('_GR_.', false), prefix('$GR.', false)];
const RESERVED_SUBJECTS = [...GATEWAY_REPLIES, prefix('$NRG.', true)];
const RESERVED_REPLIES = [...GATEWAY_REPLIES, prefix('_R_.', true), prefix('$JS.ACK.', false)];

const DOT = 0x2e;
const STAR = 0x2a;
const GREATER = 0x3e;
const DOLLAR = 0x24;
const UNDERSCORE = 0x5f;
const LETTER_I = 0x49;

/** What a publish names that nats-server keeps for use between servers. */
export function findReserved(frame: PublishFrame): 'subject' | 'reply' | undefined {
  const { bytes, subjectStart, subjectEnd, replyStart, replyEnd } = frame;
  if (mayBeReserved(bytes, subjectStart) && isReserved(RESERVED_SUBJECTS, bytes, subjectStart, subjectEnd)) {
    return 'subject';
  }
  if (
    replyEnd > replyStart &&
    mayBeReserved(bytes, replyStart) &&
    isReserved(RESERVED_REPLIES, bytes, replyStart, replyEnd)
  )
    return 'reply';
  return undefined;
}

/** All reserved prefixes start so, and `_INBOX`, which most replies start with, does not. */
function mayBeReserved(bytes: Buffer, start: number): boolean {
  const first = bytes[start];
  return first === DOLLAR || (first === UNDERSCORE && bytes[start + 1] !== LETTER_I);
}

function isReserved(prefixes: readonly Prefix[], bytes: Buffer, start: number, end: number): boolean {
  return prefixes.some(({ bytes: reserved, alone }) => {
    const length = end - start;
    if (alone ? length < reserved.length : length <= reserved.length) return false;
    return reserved.equals(bytes.subarray(start, start + reserved.length));
  });
}
