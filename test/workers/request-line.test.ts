import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredRequest } from '../../src/services/running-service.js';
import { describeRequest, formatRequest, PlainLines } from '../../src/workers/request-line.js';

function answered(
  data: string | Uint8Array,
  reply: string | Uint8Array,
  more: Partial<AnsweredRequest> = {},
): AnsweredRequest {
  const bytes = (payload: string | Uint8Array) => (typeof payload === 'string' ? Buffer.from(payload) : payload);
  return {
    subject: 'greeter.greet',
    endpoint: 'greet',
    data: bytes(data),
    reply: bytes(reply),
    error: undefined,
    durationMs: 1.234_56,
    ...more,
  };
}

const world = answered('World', 'Hello, World!');
const trace = {
  ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: 'b7ad6b7169203331' },
  ...{ flags: '01', state: undefined },
};

describe('what is logged of a request', () => {
  it.each([
    ['a name', world, 'Received request for World, sending: Hello, World!'],
    ['a final newline', answered('World\n', 'Hello, World!'), 'Received request for World, sending: Hello, World!'],
    ['an empty body', answered('', ''), 'Received request for , sending: '],
    [
      'control characters',
      answered('\u001b[2Ja\nb', 'c\r\n\u202e'),
      'Received request for \\e[2Ja\\nb, sending: c\\r\\n\\u202e',
    ],
    ['other scripts', answered('世界 👋', 'Grüße'), 'Received request for 世界 👋, sending: Grüße'],
    ['what is no UTF-8', answered(Uint8Array.of(0x41, 0xff), ''), 'Received request for A\ufffd, sending: '],
    [
      'an error',
      answered('', '', { error: { code: 400, message: 'name is empty' } }),
      'Received request for , sending error: 400 name is empty (endpoint greeter.greet)',
    ],
    [
      'an error with control characters',
      answered('', '', { error: { code: 500, message: 'a\u001b[2J' } }),
      'Received request for , sending error: 500 a\\e[2J (endpoint greeter.greet)',
    ],
    [
      'a long body',
      answered('x'.repeat(201), 'y'),
      `Received request for ${'x'.repeat(200)}… (1 more characters), sending: y`,
    ],
    [
      'a very long body',
      answered('x'.repeat(100_000), 'y'),
      `Received request for ${'x'.repeat(200)}… (100000 bytes), sending: y`,
    ],
    [
      'a very long body that is cut within a character',
      answered('👋'.repeat(10_000), 'y'),
      `Received request for ${'👋'.repeat(100)}… (40000 bytes), sending: y`,
    ],
    [
      'a body cut before a character of two code units',
      answered(`${'x'.repeat(199)}👋`, 'y'),
      `Received request for ${'x'.repeat(199)}… (2 more characters), sending: y`,
    ],
  ])('%s', (_, request, text) => {
    expect(describeRequest(request, 'greeter')).toBe(text);
  });
});

describe('a line composed as bytes', () => {
  const time = '2026-01-02T03:04:05.006Z';
  const service = 'gre"eter';

  /** The line, with what was left alone around it; undefined where it has to be formatted. */
  function compose(request: AnsweredRequest, format: 'text' | 'json', room = 4_096): string | undefined {
    const target = Buffer.alloc(room, '.');
    const end = new PlainLines({ format, service, worker: 7 }).write(target, 3, request, time);
    if (end === -1) return undefined;
    expect(target.subarray(end).every((byte) => byte === 0x2e)).toBe(true);
    return target.toString('utf8', 3, end);
  }

  const payload = fc.oneof(
    fc.string({ maxLength: 210 }).map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary', maxLength: 210 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 210 }),
  );
  const requests = fc.record({
    subject: fc.string(),
    endpoint: fc.constant('greet'),
    streamed: fc.option(fc.nat(), { nil: undefined, freq: 8 }),
    data: payload,
    reply: payload,
    error: fc.option(fc.record({ code: fc.nat(), message: fc.string() }), { nil: undefined, freq: 8 }),
    durationMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    trace: fc.option(fc.constant(trace), { nil: undefined, freq: 8 }),
  });

  it.each(['text', 'json'] as const)('says as %s what formatting it says', (format) => {
    fc.assert(
      fc.property(requests, (request) => {
        const line = compose(request, format);
        if (line !== undefined) expect(line).toBe(formatRequest(request, { format, service, worker: 7 }, time));
      }),
    );
  });

  it('has nothing of a subject in it that a terminal acts on', () => {
    const hostile = { ...world, subject: 'a.\u001b[2J\u0085\u009b\u2028\u202e\u007f' };
    for (const line of [
      compose(hostile, 'json'),
      formatRequest(hostile, { format: 'json', service, worker: 7 }, time),
    ]) {
      expect(line).toContain('"subject":"a.\\u001b[2J\\u0085\\u009b\\u2028\\u202e\\u007f"');
      expect(JSON.parse(line ?? '').subject).toBe(hostile.subject);
    }
  });

  it('is what most requests get', () => {
    expect(compose(world, 'text')).toBe(`${time} worker-7 Received request for World, sending: Hello, World!\n`);
    expect(compose(world, 'json')).toBe(formatRequest(world, { format: 'json', service, worker: 7 }, time));
    expect(compose(answered('World\n', ''), 'text')).toBeUndefined();
    expect(compose(answered('"', ''), 'text')).toContain('for ", sending');
    expect(compose(answered('"', ''), 'json')).toBeUndefined();
  });

  it('tells as JSON which trace a request is part of, and as text does not', () => {
    const traced = { ...world, trace };
    expect(JSON.parse(formatRequest(traced, { format: 'json', service, worker: 7 }, time))).toMatchObject({
      trace_id: trace.traceId,
      span_id: trace.spanId,
    });
    expect(compose(traced, 'json')).toBeUndefined();
    expect(compose(traced, 'text')).toBe(compose(world, 'text'));
  });

  it('is not begun where there may be no room for it', () => {
    const rooms = Array.from({ length: 200 }, (_, room) => compose(world, 'json', room));
    expect(rooms.at(0)).toBeUndefined();
    expect(rooms.at(-1)).toBeUndefined();
    expect(compose(world, 'json', 300)).toBeDefined();
  });

  it('has the time and the subject of its own request', () => {
    const lines = new PlainLines({ format: 'json', service, worker: 7 });
    const target = Buffer.alloc(4_096);
    for (const subject of ['a.b', 'a.c', 'a.b']) {
      for (const now of [time, '2026-01-02T03:04:05.007Z']) {
        const end = lines.write(target, 0, { ...world, subject }, now);
        expect(JSON.parse(target.toString('utf8', 0, end))).toMatchObject({ subject, time: now });
      }
    }
  });
});
