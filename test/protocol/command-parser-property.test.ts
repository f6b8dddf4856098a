import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, callsOf, LIMITS } from './recorded-calls.js';

/** Bytes on the wire, as latin1, and what is to be understood of them. */
interface Said {
  readonly text: string;
  readonly call: Call | undefined;
}

const latin1 = (options: fc.ArrayConstraints): fc.Arbitrary<string> =>
  fc.uint8Array(options).map((bytes) => Buffer.from(bytes).toString('latin1'));
/** Characters that are neither blanks nor line ends, control characters and parts of UTF-8 among them. */
const token = fc
  .oneof(fc.constantFrom('a', 'orders.new', '*', '_INBOX.x.1', 'pub', '7'), latin1({ minLength: 1, maxLength: 6 }))
  .map((text) => text.replaceAll(/[ \t\r\n]/g, '_'));
const blank = fc.oneof({ weight: 4, arbitrary: fc.constant(' ') }, fc.constantFrom('\t', '  ', ' \t'));
const lineEnd = fc.oneof({ weight: 4, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', ' \r\n'));
const size = fc.oneof(fc.constantFrom(0, 1, LIMITS.maxPayload - 1, LIMITS.maxPayload), fc.nat({ max: 20 }));
const payload = size.chain((length) => latin1({ minLength: length, maxLength: length }));

/** The word in either case, the arguments, blanks between them. */
function line(word: string, args: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      isLower: fc.boolean(),
      blanks: fc.array(blank, { minLength: args.length, maxLength: args.length }),
      lineEnd,
    })
    .map(({ isLower, blanks, lineEnd }) => {
      const parts = args.map((arg, index) => `${blanks[index]}${arg}`);
      return `${isLower ? word.toLowerCase() : word}${parts.join('')}${lineEnd}`;
    });
}

const publish: fc.Arbitrary<Said> = fc
  .record({ subject: token, reply: fc.option(token, { nil: undefined }), headers: fc.option(payload), body: payload })
  .filter(({ headers, body }) => (headers?.length ?? 0) + body.length <= LIMITS.maxPayload)
  .chain(({ subject, reply, headers, body }) => {
    const total = String((headers?.length ?? 0) + body.length);
    const args = [
      ...(reply === undefined ? [] : [reply]),
      ...(headers === null ? [] : [String(headers.length)]),
      total,
    ];
    const whole = `${headers ?? ''}${body}\r\n`;
    const call: Call = {
      call: 'publish',
      subject,
      reply,
      headers: headers ?? undefined,
      body,
      tail: `${args.join(' ')}\r\n${whole}`,
    };
    return line(headers === null ? 'PUB' : 'HPUB', [subject, ...args]).map((start) => ({
      text: `${start}${whole}`,
      call,
    }));
  });

const others: fc.Arbitrary<Said> = fc.oneof(
  fc
    .record({ subject: token, queue: fc.option(token, { nil: undefined }), sid: token })
    .chain(({ subject, queue, sid }) =>
      line('SUB', [subject, ...(queue === undefined ? [] : [queue]), sid]).map((text) => ({
        text,
        call: { call: 'subscribe' as const, subject, queue, sid },
      })),
    ),
  fc
    .record({ sid: token, max: fc.option(fc.integer({ min: 1, max: 999_999_999 }), { nil: undefined }) })
    .chain(({ sid, max }) =>
      line('UNSUB', [sid, ...(max === undefined ? [] : [String(max)])]).map((text) => ({
        text,
        call: { call: 'unsubscribe' as const, sid, max },
      })),
    ),
  line('PING', []).map((text) => ({ text, call: { call: 'ping' as const } })),
  line('PONG', []).map((text) => ({ text, call: { call: 'pong' as const } })),
  line('CONNECT', ['{"verbose":false}']).map((text) => ({
    text,
    call: { call: 'connect' as const, json: '{"verbose":false}' },
  })),
  fc.constantFrom('+OK\r\n', 'INFO {}\r\n').map((text) => ({ text, call: undefined })),
);
const conversation = fc.array(fc.oneof(publish, others), { maxLength: 6 });

/** What no client should say, or what looks like it: parts of valid commands, too much, too little, anything. */
const odd = fc.oneof(
  latin1({ maxLength: 40 }),
  fc.constantFrom(
    'PUB a 101\r\n',
    'PUB a 5\r\nhi\r\n',
    'PUB a 2\r\nhello\r\n',
    'HPUB a 9 2\r\n',
    'HPUB a 2\r\n',
    'PUB  \r\n',
    'PUB \n',
    'SUB\r\n',
    'SUBS a 1\r\n',
    'p\rub a 1\r\n',
    'PUB a\rb 1\r\nx\r\n',
    'PUB a 1\r \nx\r\n',
    '\r\n',
    "-ERR 'no'\r\n",
    'INFO {\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  ),
  fc
    .tuple(fc.constantFrom('PUB ', 'SUB ', 'PING', 'UNSUB ', 'CONNECT ', 'HPUB\t'), fc.integer({ min: 60, max: 70 }))
    .map(([word, length]) => `${word}${'x'.repeat(length)}`),
  fc
    .tuple(publish, fc.nat({ max: 30 }), fc.nat({ max: 255 }))
    .map(([{ text }, at, byte]) => text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1)),
  fc.tuple(publish, fc.nat({ max: 30 })).map(([{ text }, at]) => text.slice(at)),
);

function splitAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function expectTheSameInEverySplit(text: string, cuts: readonly number[]): void {
  const bytes = Buffer.from(text, 'latin1');
  const calls = callsOf([bytes]);
  const expected = JSON.stringify(calls);
  const expectSame = (chunks: readonly Buffer[]): void => {
    const split = callsOf(chunks);
    // Texts are compared first, since that is much faster.
    if (JSON.stringify(split) !== expected) expect(split).toEqual(calls);
  };
  for (let cut = 1; cut < bytes.length; cut++) expectSame(splitAt(bytes, [cut]));
  expectSame(splitAt(bytes, cuts));
  expectSame(Array.from(bytes, (byte) => Buffer.of(byte)));
}

const cuts = fc.array(fc.nat({ max: 2_000 }), { minLength: 2, maxLength: 12 });

describe('the parser', () => {
  it('understands any valid conversation, in any split', () => {
    fc.assert(
      fc.property(conversation, cuts, (conversation, cuts) => {
        const text = conversation.map(({ text }) => text).join('');
        const calls = conversation.flatMap(({ call }) => (call === undefined ? [] : [call]));
        expect(callsOf([Buffer.from(text, 'latin1')])).toEqual(calls);
        expectTheSameInEverySplit(text, cuts);
      }),
      { numRuns: 100 },
    );
  });

  it('sees the same problem after the same calls, in any split', () => {
    fc.assert(
      fc.property(conversation, odd, conversation, cuts, (before, odd, after, cuts) => {
        const text = [...before, ...after.slice(0, 2)].map(({ text }) => text);
        text.splice(before.length, 0, odd);
        expectTheSameInEverySplit(text.join(''), cuts);
      }),
      { numRuns: 250 },
    );
  });
});
