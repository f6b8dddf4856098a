import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_BODY_BYTES, MessageCutter } from '../../src/protocol/message-cutter.js';
import { MalformedMessage } from '../../src/protocol/message-line.js';

/** What a cutter did, as values; texts are latin1. What it passed on is put together between two messages. */
type Call =
  | { readonly passed: string }
  | {
      readonly sid: number;
      readonly subject: string;
      readonly headers: string;
      readonly bodyStart: string;
      readonly size: number;
    };

const TAKEN = [1, 7, 250];

/** Feeds a new cutter the chunks, each of them overwritten as soon as it has been read. */
function callsOf(chunks: readonly Buffer[]): { readonly calls: readonly Call[]; readonly error: unknown } {
  const calls: Call[] = [];
  let passed = '';
  const endRun = (): void => {
    if (passed !== '') calls.push({ passed });
    passed = '';
  };
  const takers = new Map(
    TAKEN.map((sid) => [
      sid,
      {
        onChunk: () => undefined,
        onMessage(
          bytes: Buffer,
          subjectStart: number,
          subjectEnd: number,
          start: number,
          headerBytes: number,
          size: number,
        ) {
          endRun();
          const bodyAt = start + headerBytes;
          const bodyEnd = bodyAt + Math.min(KEPT_BODY_BYTES, size - headerBytes);
          expect(bytes.length).toBeGreaterThanOrEqual(bodyEnd);
          calls.push({
            sid,
            subject: bytes.toString('latin1', subjectStart, subjectEnd),
            headers: bytes.toString('latin1', start, bodyAt),
            bodyStart: bytes.toString('latin1', bodyAt, bodyEnd),
            size,
          });
        },
      },
    ]),
  );
  const cutter = new MessageCutter(takers, (bytes) => {
    passed += bytes.toString('latin1');
  });
  let error: unknown;
  for (const chunk of chunks) {
    const mine = Buffer.from(chunk);
    try {
      cutter.read(mine);
    } catch (thrown) {
      error = thrown;
      break;
    }
    mine.fill(0xff);
  }
  endRun();
  return { calls, error };
}

function callsOfText(text: string): readonly Call[] {
  const { calls, error } = callsOf([Buffer.from(text, 'latin1')]);
  if (error !== undefined) throw error;
  return calls;
}

const message = (fields: Partial<Exclude<Call, { passed: string }>>): Call => ({
  sid: 1,
  subject: 'a',
  headers: '',
  bodyStart: '',
  size: 0,
  ...fields,
});

describe('messages that somebody takes', () => {
  it.each([
    ['MSG a 1 2\r\nhi\r\n', message({ bodyStart: 'hi', size: 2 })],
    ['MSG orders.new 7 0\r\n\r\n', message({ sid: 7, subject: 'orders.new' })],
    ['MSG a 1 _INBOX.x.1 2\r\nhi\r\n', message({ bodyStart: 'hi', size: 2 })],
    ['MSG a 1 12 2\r\nhi\r\n', message({ bodyStart: 'hi', size: 2 })],
    ['HMSG a 1 4 6\r\nhead\r\n\r\n', message({ headers: 'head', bodyStart: '\r\n', size: 6 })],
    ['HMSG a 250 r.1 4 4\r\nhead\r\n', message({ sid: 250, headers: 'head', size: 4 })],
    ['hmsg\ta  1 9 4\t4 \nhead\r\n', message({ headers: 'head', size: 4 })],
    ['Msg  a 1 2\nhi\r\n', message({ bodyStart: 'hi', size: 2 })],
    [`MSG a 1 20\r\n${'0123456789'.repeat(2)}\r\n`, message({ bodyStart: '0123456789012345', size: 20 })],
  ])('are cut out: %j', (text, expected) => {
    expect(callsOfText(text)).toEqual([expected]);
  });

  it('leave all that stands around them as it is, in order', () => {
    const text = "INFO {}\r\nMSG a 1 1\r\nx\r\nPING\r\nMSG b 2 8\r\nMSG a 1 \r\n+OK\r\nMSG a 1 1\r\ny\r\n-ERR 'z'\r\n";
    expect(callsOfText(text)).toEqual([
      { passed: 'INFO {}\r\n' },
      message({ bodyStart: 'x', size: 1 }),
      { passed: 'PING\r\nMSG b 2 8\r\nMSG a 1 \r\n+OK\r\n' },
      message({ bodyStart: 'y', size: 1 }),
      { passed: "-ERR 'z'\r\n" },
    ]);
  });

  it('are nobody’s once what stood before them has ended their subscription', () => {
    const takers = new Map([[1, { onChunk: () => undefined, onMessage: () => expect.unreachable() }]]);
    let passed = '';
    const cutter = new MessageCutter(takers, (bytes) => {
      passed += bytes.toString();
      takers.delete(1);
    });
    cutter.read(Buffer.from('PING\r\nMSG a 1 1\r\nx\r\n'));
    expect(passed).toBe('PING\r\nMSG a 1 1\r\nx\r\n');
  });

  it('are announced once for each chunk', () => {
    const heard: string[] = [];
    const taker = { onChunk: () => heard.push('chunk'), onMessage: () => heard.push('message') };
    const cutter = new MessageCutter(new Map([[1, taker]]), () => undefined);
    cutter.read(Buffer.from('MSG a 1 1\r\nx\r\nMSG a 1 1\r\nx\r\nMSG a'));
    cutter.read(Buffer.from(' 1 1\r\nx\r\n'));
    expect(heard).toEqual(['chunk', 'message', 'message', 'chunk', 'message']);
  });

  it('keep of a large body no more than its start', () => {
    let kept = 0;
    const taker = {
      onChunk: () => undefined,
      onMessage(bytes: Buffer) {
        kept = bytes.length;
      },
    };
    const cutter = new MessageCutter(new Map([[1, taker]]), () => undefined);
    cutter.read(Buffer.from('MSG a 1 8000000\r\n'));
    for (let i = 0; i < 80; i++) cutter.read(Buffer.alloc(100_000));
    cutter.read(Buffer.from('\r\n'));
    expect(kept).toBe('MSG a 1 8000000\r\n'.length + KEPT_BODY_BYTES);
  });
});

describe('what is no message', () => {
  it.each([
    'MSG\r\n',
    'MSG a\r\n',
    'MSG a 1\r\n',
    'MSG a 1 x\r\n',
    'MSG a x 1\r\n',
    'MSG a 1 2 3 4\r\n',
    'MSG a 1 -1\r\n',
    'MSG a 1 9999999999\r\n',
    'MSG a 1 2\r\nhix\r\n',
    'MSG a 1 2\r\nhi\rx',
    'MSG a 1 2\r3\r\n',
    'MSGa 1 2\r\nhi\r\n',
    'MUD a 1 2\r\nhi\r\n',
    'HMSG a 1 2\r\nhi\r\n',
    'HMSG a 1 3 2\r\nhi\r\n',
    'HMSG a 1 x 2\r\nhi\r\n',
    'HPUB a 1 2\r\n',
  ])('ends the reading, what stood before it passed on: %j', (text) => {
    const { calls, error } = callsOf([Buffer.from(`PING\r\n${text}`)]);
    expect(error).toBeInstanceOf(MalformedMessage);
    expect(calls).toEqual([{ passed: 'PING\r\n' }]);
  });

  it('keeps no line without an end for ever', () => {
    const chunks = [Buffer.from('MSG '), ...Array.from({ length: 20 }, () => Buffer.alloc(64 * 1024, 'a'))];
    expect(callsOf(chunks).error).toBeInstanceOf(MalformedMessage);
    expect(callsOf([Buffer.concat(chunks)]).error).toBeInstanceOf(MalformedMessage);
  });
});

const token = fc.constantFrom('a', 'orders.new', '_INBOX.x.1', '7', 'MSG', '\u00fc');
const sid = fc.constantFrom(1, 2, 7, 25, 250);
const payload = fc
  .oneof(fc.nat({ max: 40 }), fc.constant(0))
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
  .map((bytes) => Buffer.from(bytes).toString('latin1'));
const blank = fc.oneof({ weight: 6, arbitrary: fc.constant(' ') }, fc.constantFrom('\t', '  '));
const said = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ token, sid, reply: fc.option(token), headers: fc.option(payload), body: payload, blank })
      .map(({ token, sid, reply, headers, body, blank }) => {
        const total = (headers?.length ?? 0) + body.length;
        const sizes = headers === null ? [total] : [headers.length, total];
        const fields = [headers === null ? 'MSG' : 'HMSG', token, sid, ...(reply === null ? [] : [reply]), ...sizes];
        return `${fields.join(blank)}\r\n${headers ?? ''}${body}\r\n`;
      }),
  },
  fc.constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'MSG a 1 1'\r\n", 'INFO {"a":1}\r\n'),
);
/** Anything a server might say, and what no server says. */
const hostile = fc.oneof(said, fc.constantFrom('MSG a 1 5\r\nab', 'HMSG', '\r\n', 'M', 'MSG a 1 2\r\nabc'), payload);

function split(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => bytes.subarray(start, cuts[i] ?? bytes.length));
}

describe('how the bytes are split', () => {
  it('says nothing', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (all, places) => {
        const text = all.join('');
        expect(callsOf(split(text, places))).toEqual({ calls: callsOfText(text), error: undefined });
        expect(callsOf(Array.from(text, (letter) => Buffer.from(letter, 'latin1'))).calls).toEqual(callsOfText(text));
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing of hostile bytes either', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 20 }), (all, places) => {
        const text = all.join('');
        const whole = callsOf([Buffer.from(text, 'latin1')]);
        const parts = callsOf(split(text, places));
        expect(parts.error instanceof MalformedMessage).toBe(whole.error instanceof MalformedMessage);
        expect(parts.error === undefined || parts.error instanceof MalformedMessage).toBe(true);
        expect(parts.calls).toEqual(whole.calls);
      }),
      { numRuns: 1_000 },
    );
  });
});
