import { describe, expect, it } from 'vitest';
import { chooseMode, type ModeFlags } from '../../src/commands/request-mode.js';

function modeOf(flags: Partial<ModeFlags>) {
  return chooseMode({
    lines: false,
    ndjson: false,
    null: false,
    sendOn: undefined,
    concurrency: undefined,
    unordered: false,
    replies: undefined,
    waitForEmpty: false,
    idle: undefined,
    repeat: undefined,
    noNewline: false,
    ...flags,
  });
}

describe('chooseMode', () => {
  const each = { kind: 'each', format: 'lines', concurrency: 64, ordered: true };
  const all = { kind: 'gather', wanted: 'all', idleMs: undefined };

  it.each<[Partial<ModeFlags>, object]>([
    [{}, { kind: 'one' }],
    [{ replies: '1' }, { kind: 'one' }],
    [{ sendOn: 'eof' }, { kind: 'one' }],
    [{ lines: true }, each],
    [{ sendOn: 'newline' }, each],
    [{ null: true }, { ...each, format: 'null' }],
    [
      { ndjson: true, concurrency: '2', unordered: true },
      { ...each, format: 'ndjson', concurrency: 2, ordered: false },
    ],
    [{ replies: '3' }, { ...all, wanted: 3 }],
    [
      { replies: 'all', idle: '300ms' },
      { ...all, idleMs: 300 },
    ],
    [{ replies: '0' }, all],
    [{ waitForEmpty: true }, all],
    [
      { replies: '1', idle: '1s' },
      { ...all, wanted: 1, idleMs: 1_000 },
    ],
    [{ repeat: '10' }, { kind: 'repeat', times: 10, concurrency: 1 }],
    [
      { repeat: '10', concurrency: '5' },
      { kind: 'repeat', times: 10, concurrency: 5 },
    ],
  ])('%j', (flags, mode) => {
    expect(modeOf(flags)).toEqual(mode);
  });

  it.each<[Partial<ModeFlags>, string]>([
    [{ lines: true, ndjson: true }, '--lines and --ndjson exclude each other'],
    [{ sendOn: 'newline', null: true }, '--lines and --null exclude each other'],
    [{ ndjson: true, replies: 'all' }, '--ndjson and --replies exclude each other'],
    [{ lines: true, repeat: '2' }, '--lines and --repeat exclude each other'],
    [{ replies: '2', repeat: '2' }, '--replies and --repeat exclude each other'],
    [{ sendOn: 'word' }, '--send-on: "word" is neither newline nor eof'],
    [{ replies: 'some' }, '--replies: "some" is neither "all" nor a whole number from 1 to 1000000'],
    [{ replies: '-1' }, '--replies: "-1" is neither "all" nor a whole number from 1 to 1000000'],
    [{ repeat: '0' }, '--repeat: "0" is not a whole number from 1 to 1000000'],
    [{ lines: true, concurrency: '0' }, '--concurrency: "0" is not a whole number from 1 to 10000'],
    [{ idle: '1s' }, '--idle goes with --replies'],
    [{ replies: 'all', idle: 'soon' }, '--idle: "soon" is not a duration'],
    [{ unordered: true, repeat: '2' }, '--unordered goes with --lines, --null or --ndjson'],
    [{ concurrency: '2' }, '--concurrency goes with --lines, --null, --ndjson or --repeat'],
    [{ lines: true, noNewline: true }, '--no-newline would run the replies together: leave it out, or use --json'],
  ])('refuses %j', (flags, message) => {
    expect(() => modeOf(flags)).toThrow(message);
  });
});
