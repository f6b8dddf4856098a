import type { PublishFrame } from '../protocol/command-parser.js';

/** Who gets a message, as far as the text of its MSG goes. */
interface Receiver {
  readonly sid: string;
  readonly takesHeaders: boolean;
}

/** A publish as its client wrote it, for a trace. */
export function describePublish({ bytes, subjectStart, end, headerSize }: PublishFrame): string {
  return `${headerSize < 0 ? 'PUB' : 'HPUB'} ${bytes.toString('utf8', subjectStart, end)}`;
}

/** The message that a subscriber gets, for a trace. */
export function describeMessage({ sid, takesHeaders }: Receiver, frame: PublishFrame): string {
  const { bytes, subjectStart, subjectEnd, tailStart, end, headerSize } = frame;
  const subject = bytes.toString('utf8', subjectStart, subjectEnd);
  if (headerSize < 0) return `MSG ${subject} ${sid} ${bytes.toString('utf8', tailStart, end)}`;
  if (takesHeaders && headerSize > 0) return `HMSG ${subject} ${sid} ${bytes.toString('utf8', tailStart, end)}`;
  return `MSG ${subject} ${sid} ${tailWithoutHeaders(frame).toString('utf8')}`;
}

/** What a MSG ends in that gives an HPUB's body alone: `[reply ]size\r\npayload\r\n`. */
export function tailWithoutHeaders({ bytes, replyStart, replyEnd, end, size, headerSize }: PublishFrame): Buffer {
  const bodySize = size - headerSize;
  const reply = replyEnd > replyStart ? `${bytes.toString('latin1', replyStart, replyEnd)} ` : '';
  return Buffer.concat([Buffer.from(`${reply}${bodySize}\r\n`, 'latin1'), bytes.subarray(end - 2 - bodySize, end)]);
}
