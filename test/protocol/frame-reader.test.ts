import { describe, expect, it } from 'vitest';
import {
  FrameReader,
  LONGEST_LINE_BYTES,
  SHOWN_PAYLOAD_BYTES,
  type TracedFrame,
} from '../../src/protocol/frame-reader.js';

/** What is shown of bytes that come in chunks of a size. */
function framesOf(text: string, chunkBytes = text.length): TracedFrame[] {
  const frames: TracedFrame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.read(bytes.subarray(at, at + chunkBytes));
  return frames;
}

const shown = (frames: readonly TracedFrame[]): string[] =>
  frames.map(({ line, payload }) => (payload === undefined ? line : `${line} | ${payload}`));

const SESSION =
  'INFO {"a":1} \r\nCONNECT {}\r\nPING\r\nPUB a.b 5\r\nhe\r\no\r\nHPUB a r 12 14\r\nNATS/1.0\r\n\r\nhi\r\nSUB a q 1\r\n' +
  "MSG a 1 0\r\n\r\nHMSG a 1 r 12 12\r\nNATS/1.0\r\n\r\n\r\nUNSUB 1\r\n-ERR 'no'\r\n+OK\r\npub a 1\r\nx\r\n";

const FRAMES = [
  'INFO {"a":1} ',
  'CONNECT {}',
  'PING',
  'PUB a.b 5 | he\r\no',
  'HPUB a r 12 14 | NATS/1.0\r\n\r\nhi',
  'SUB a q 1',
  'MSG a 1 0 | ',
  'HMSG a 1 r 12 12 | NATS/1.0\r\n\r\n',
  'UNSUB 1',
  "-ERR 'no'",
  '+OK',
  'pub a 1 | x',
];

describe('a frame reader', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('cuts a session into frames, in chunks of %i bytes', (chunkBytes) => {
    expect(shown(framesOf(SESSION, chunkBytes))).toEqual(FRAMES);
  });

  it('keeps the start of a long payload alone, and goes on behind it', () => {
    const size = 3_000_000;
    const frames = framesOf(`PUB a ${size}\r\n${'x'.repeat(size)}\r\nPING\r\n`, 65_536);
    expect(frames.map(({ line, payloadBytes }) => [line, payloadBytes])).toEqual([
      [`PUB a ${size}`, size],
      ['PING', 0],
    ]);
    expect(frames[0]?.payload).toEqual(Buffer.from('x'.repeat(SHOWN_PAYLOAD_BYTES)));
  });

  it('does not gather a line without end', () => {
    const [frame] = framesOf(`${'x'.repeat(1_000_000)}\n`, 1_000);
    expect(frame?.line.length).toBe(LONGEST_LINE_BYTES);
  });

  it('takes what is no NATS for lines', () => {
    expect(shown(framesOf('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))).toEqual([
      'HTTP/1.1 400 Bad Request',
      'Content-Length: 0',
    ]);
  });

  it('keeps what it was given from being changed by who gave it', () => {
    const frames: TracedFrame[] = [];
    const reader = new FrameReader((frame) => frames.push(frame));
    const chunk = Buffer.from('PUB a 4\r\nab');
    reader.read(chunk);
    chunk.fill('#');
    reader.read(Buffer.from('cd\r\n'));
    expect(shown(frames)).toEqual(['PUB a 4 | abcd']);
  });
});
