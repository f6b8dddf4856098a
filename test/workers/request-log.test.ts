import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnsweredRequest } from '../../src/services/running-service.js';
import { createRequestLog, describeRequest, type RequestLogOptions } from '../../src/workers/request-log.js';

function answered(
  data: string | Uint8Array,
  reply: string | Uint8Array,
  more: Partial<AnsweredRequest> = {},
): AnsweredRequest {
  const bytes = (payload: string | Uint8Array) => (typeof payload === 'string' ? Buffer.from(payload) : payload);
  return {
    subject: 'greeter.greet',
    data: bytes(data),
    reply: bytes(reply),
    error: undefined,
    durationMs: 1.234_56,
    ...more,
  };
}

const world = answered('World', 'Hello, World!');

function openLog(options: Partial<RequestLogOptions> = {}) {
  const chunks: string[] = [];
  const log = createRequestLog({
    format: 'text',
    service: 'greeter',
    worker: 2,
    write: (chunk) => chunks.push(chunk),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    ...options,
  });
  return { log, chunks };
}

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
      'Received request for , sending error: 400 name is empty',
    ],
    [
      'an error with control characters',
      answered('', '', { error: { code: 500, message: 'a\u001b[2J' } }),
      'Received request for , sending error: 500 a\\e[2J',
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
    expect(describeRequest(request)).toBe(text);
  });
});

describe('a request log', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes as text a line with time and worker', () => {
    const { log, chunks } = openLog();
    log.record(world);
    log.flush();
    expect(chunks).toEqual(['2026-01-02T03:04:05.006Z worker-2 Received request for World, sending: Hello, World!\n']);
  });

  it('writes as JSON an object a line', () => {
    const { log, chunks } = openLog({ format: 'json' });
    log.record(world);
    log.record(answered('"\\\u001b', '', { error: { code: 400, message: 'no "name"' } }));
    log.flush();
    const common = { time: '2026-01-02T03:04:05.006Z', service: 'greeter', worker: 2, subject: 'greeter.greet' };
    expect(
      chunks
        .join('')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...common, level: 'info', message: describeRequest(world), duration_ms: 1.235 },
      {
        ...common,
        level: 'warn',
        message: 'Received request for "\\\\e, sending error: 400 no "name"',
        duration_ms: 1.235,
        error_code: 400,
      },
    ]);
  });

  it('writes nothing where it is off', () => {
    const { log, chunks } = openLog({ format: 'off' });
    log.record(world);
    log.flush();
    expect(vi.getTimerCount()).toBe(0);
    expect(chunks).toEqual([]);
  });

  it('gives each line the time of its request', () => {
    let time = Date.UTC(2026, 0, 1);
    const { log, chunks } = openLog({ now: () => time });
    for (const step of [0, 0, 1, 1_000]) {
      time += step;
      log.record(world);
    }
    log.flush();
    expect(chunks.join('').match(/^\S+/gm)).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.001Z',
      '2026-01-01T00:00:01.001Z',
    ]);
  });

  it('gathers the lines of 20 ms into one write', () => {
    const { log, chunks } = openLog();
    for (let index = 0; index < 10; index++) log.record(world);
    vi.advanceTimersByTime(19);
    expect(chunks).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.match(/\n/g)).toHaveLength(10);
    log.record(world);
    vi.advanceTimersByTime(20);
    expect(chunks).toHaveLength(2);
  });

  it('writes at once where much has gathered', () => {
    const { log, chunks } = openLog();
    for (let index = 0; index < 2_000; index++) log.record(world);
    expect(chunks.length).toBeGreaterThan(0);
    log.flush();
    expect(chunks.join('').match(/\n/g)).toHaveLength(2_000);
  });

  it('flushes once: nothing twice, nothing later, nothing for no lines', () => {
    const { log, chunks } = openLog();
    log.record(world);
    log.flush();
    log.flush();
    vi.advanceTimersByTime(1_000);
    expect(chunks).toHaveLength(1);
  });

  it.each([
    ['plain', world],
    ['of several bytes a character', answered('世'.repeat(60), '👋'.repeat(60))],
    ['long', answered('世'.repeat(1_000), '👋'.repeat(1_000))],
  ])('writes to a pipe whole lines, at most 4096 bytes at a time: lines that are %s', (_, request) => {
    const { log, chunks } = openLog({ toPipe: true });
    for (let index = 0; index < 100; index++) log.record(request);
    log.flush();
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(4_096);
      expect(chunk.endsWith('\n')).toBe(true);
    }
    expect(chunks.join('').match(/\n/g)).toHaveLength(100);
    expect(chunks.length).toBeLessThan(100);
  });

  it.each(['text', 'json'] as const)(
    'writes no %s line that a pipe would mix with others, whatever is asked',
    (format) => {
      const { log, chunks } = openLog({ format, toPipe: true });
      for (const character of ['\u0000', '\u2066', '"', '\\', '世', '👋', 'x']) {
        log.record(answered(character.repeat(100_000), character.repeat(100_000)));
        log.flush();
      }
      expect(chunks).toHaveLength(7);
      for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(4_096);
    },
  );
});
