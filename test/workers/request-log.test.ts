import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnsweredRequest } from '../../src/services/running-service.js';
import { describeRequest } from '../../src/workers/request-line.js';
import { createRequestLog, type RequestLogOptions } from '../../src/workers/request-log.js';

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

function openLog(options: Partial<RequestLogOptions> = {}) {
  const chunks: string[] = [];
  let isFull = false;
  const sink = {
    write: (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk).toString()),
    isFull: () => isFull,
    close: async () => undefined,
  };
  const log = createRequestLog({
    format: 'text',
    service: 'greeter',
    worker: 2,
    sink,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    ...options,
  });
  const fill = (full: boolean) => {
    isFull = full;
  };
  return { log, chunks, fill };
}

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
    log.close();
    expect(chunks).toEqual(['2026-01-02T03:04:05.006Z worker-2 Received request for World, sending: Hello, World!\n']);
  });

  it('writes as JSON an object a line', () => {
    const { log, chunks } = openLog({ format: 'json' });
    log.record(world);
    log.record(answered('"\\\u001b', '', { error: { code: 400, message: 'no "name"' } }));
    log.close();
    const common = { time: '2026-01-02T03:04:05.006Z', service: 'greeter', worker: 2, subject: 'greeter.greet' };
    expect(
      chunks
        .join('')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...common, level: 'info', message: describeRequest(world, 'greeter'), duration_ms: 1.235 },
      {
        ...common,
        level: 'warn',
        message: 'Received request for "\\\\e, sending error: 400 no "name" (endpoint greeter.greet)',
        duration_ms: 1.235,
        endpoint: 'greet',
        error_code: 400,
      },
    ]);
  });

  it('writes nothing where it is off', () => {
    const { log, chunks } = openLog({ format: 'off' });
    log.record(world);
    log.close();
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
    log.close();
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
    log.close();
    expect(chunks.join('').match(/\n/g)).toHaveLength(2_000);
  });

  it('writes what it holds at its close: nothing twice, nothing later, nothing for no lines', () => {
    const { log, chunks } = openLog();
    log.record(world);
    log.close();
    log.close();
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
    log.close();
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(4_096);
      expect(chunk.endsWith('\n')).toBe(true);
    }
    expect(chunks.join('').match(/\n/g)).toHaveLength(100);
    expect(chunks.length).toBeLessThan(100);
  });

  it.each([
    ['text', 'worker-2 2 requests were not logged: the log is read too slowly'],
    ['json', '"level":"warn","message":"2 requests were not logged: the log is read too slowly"'],
  ] as const)('leaves requests out where the reader is far behind, and tells how many, as %s', (format, told) => {
    const { log, chunks, fill } = openLog({ format });
    log.record(world);
    fill(true);
    log.record(world);
    log.record(world);
    vi.advanceTimersByTime(20);
    fill(false);
    log.record(world);
    fill(true);
    log.record(world);
    void log.close();
    const lines = chunks.join('').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(told);
    expect(lines[3]).toContain('1 request was not logged');
  });

  it.each(['text', 'json'] as const)(
    'writes no %s line that a pipe would mix with others, whatever is asked',
    (format) => {
      const { log, chunks } = openLog({ format, toPipe: true });
      for (const character of ['\u0000', '\u2066', '"', '\\', '世', '👋', 'x']) {
        log.record(answered(character.repeat(100_000), character.repeat(100_000)));
        vi.advanceTimersByTime(20);
      }
      expect(chunks).toHaveLength(7);
      for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(4_096);
    },
  );
});
