import { expect, it } from 'vitest';
import { ProgramLog } from '../../src/workers/program-log.js';

function openLog(format: 'text' | 'json') {
  const chunks: string[] = [];
  const lines: string[] = [];
  const sink = {
    write(chunk: Uint8Array) {
      chunks.push(Buffer.from(chunk).toString());
      lines.push(
        ...chunks
          .join('')
          .slice(lines.join('').length)
          .split(/(?<=\n)/),
      );
    },
    isFull: () => state.isFull,
    close: async () => undefined,
  };
  const state = { isFull: false };
  const log = new ProgramLog({ format, worker: 2, sink, now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) });
  const write = (text: string) => log.write('upper', Buffer.from(text));
  return { chunks, lines, state, write };
}

it('has a line for each, with worker and service, escaped', () => {
  const { lines, write } = openLog('text');
  write('one\n\u001b[31mtwo\r\n\n');
  write('rest');
  expect(lines).toEqual([
    '2026-01-02T03:04:05.006Z worker-2 upper: one\n',
    '2026-01-02T03:04:05.006Z worker-2 upper: \\e[31mtwo\n',
    '2026-01-02T03:04:05.006Z worker-2 upper: \n',
    '2026-01-02T03:04:05.006Z worker-2 upper: rest\n',
  ]);
});

it('is JSON where the log is', () => {
  const { lines, write } = openLog('json');
  write('say "hi"\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-01-02T03:04:05.006Z', level: 'program', message: 'say "hi"', service: 'upper', worker: 2 },
  ]);
});

it('cuts a long line', () => {
  const { lines, write } = openLog('text');
  write('x'.repeat(5_000));
  expect(lines[0]).toMatch(/ upper: x{2000}… \(3000 more characters\)\n$/);
});

it('leaves lines out where it is read too slowly, and tells how many', () => {
  const { lines, state, write } = openLog('text');
  state.isFull = true;
  write('a\nb\n');
  write('c\n');
  expect(lines).toEqual([]);
  state.isFull = false;
  write('d\n');
  expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual([
    'worker-2 upper: (3 lines left out: the log is read too slowly)\n',
    'worker-2 upper: d\n',
  ]);
});

it('writes lines together, in pieces that a pipe does not mix with others', () => {
  const { chunks, lines, write } = openLog('text');
  write('x\n'.repeat(1_000));
  expect(lines).toHaveLength(1_000);
  expect(chunks.length).toBeLessThan(20);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(4_096);
});
