import { describe, expect, it } from 'vitest';
import { choosePubMode, type PubModeFlags } from '../../src/commands/pub-mode.js';

const NO_FLAGS: PubModeFlags = {
  lines: false,
  ndjson: false,
  null: false,
  sendOn: undefined,
  count: undefined,
  rate: undefined,
  interval: undefined,
  skipBad: false,
  reply: undefined,
  noReply: false,
};

describe('what pub is to do', () => {
  it.each<[Partial<PubModeFlags>, object]>([
    [{}, { kind: 'one' }],
    [{ sendOn: 'eof' }, { kind: 'one' }],
    [{ count: '5' }, { kind: 'count', times: 5, intervalMs: undefined }],
    [
      { count: '5', rate: '1000' },
      { kind: 'count', times: 5, intervalMs: 1 },
    ],
    [
      { count: '5', interval: '10ms' },
      { kind: 'count', times: 5, intervalMs: 10 },
    ],
    [{ lines: true }, { kind: 'each', format: 'lines', intervalMs: undefined }],
    [{ sendOn: 'newline' }, { kind: 'each', format: 'lines', intervalMs: undefined }],
    [
      { null: true, rate: '4' },
      { kind: 'each', format: 'null', intervalMs: 250 },
    ],
    [
      { ndjson: true, noReply: true, skipBad: true },
      { kind: 'each', format: 'ndjson', intervalMs: undefined },
    ],
  ])('%j', (flags, mode) => {
    expect(choosePubMode({ ...NO_FLAGS, ...flags })).toEqual(mode);
  });

  it.each<[Partial<PubModeFlags>, string]>([
    [{ lines: true, ndjson: true }, '--lines and --ndjson exclude each other'],
    [{ null: true, sendOn: 'newline' }, '--lines and --null exclude each other'],
    [{ sendOn: 'tab' }, '--send-on: "tab" is neither newline nor eof'],
    [{ lines: true, count: '2' }, '--count and --lines exclude each other'],
    [{ count: '2', rate: '1', interval: '1s' }, '--rate and --interval exclude each other'],
    [{ rate: '5' }, '--rate goes with --count, --lines, --ndjson or --null'],
    [{ interval: '5s' }, '--interval goes with --count, --lines, --ndjson or --null'],
    [{ count: '2', rate: '0' }, '--rate: "0" is not a whole number from 1 to 100000000'],
    [{ count: '0' }, '--count: "0" is not a whole number from 1 to 1000000000000'],
    [{ count: '2', interval: '0ms' }, '--interval: "0ms" is out of range'],
    [{ noReply: true, lines: true }, '--no-reply goes with --ndjson'],
    [{ noReply: true, ndjson: true, reply: 'r' }, '--reply and --no-reply exclude each other'],
    [{ skipBad: true }, '--skip-bad goes with --ndjson, --lines or --null'],
  ])('refuses %j', (flags, message) => {
    expect(() => choosePubMode({ ...NO_FLAGS, ...flags })).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
