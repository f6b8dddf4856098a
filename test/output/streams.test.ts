import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/errors.js';
import { createOutput, type OutputStyle, wantsColor } from '../../src/output/streams.js';
import { memoryStream } from './memory-stream.js';

const plain: OutputStyle = { json: false, quiet: false, verbose: false, color: true };

function openOutput(style: Partial<OutputStyle> = {}, { isTTY = false, env = {} } = {}) {
  const stdout = memoryStream(isTTY);
  const stderr = memoryStream(isTTY);
  return { stdout, stderr, output: createOutput({ ...plain, ...style }, { stdout, stderr, env }) };
}

describe('data', () => {
  it('goes to stdout byte for byte, also on a terminal', async () => {
    const { output, stdout, stderr } = openOutput({}, { isTTY: true });
    const bytes = Buffer.from([0xff, 0x1b, 0x00]);
    await output.data(bytes);
    expect(stdout.bytes()).toEqual(bytes);
    expect(stderr.text()).toBe('');
  });

  it('waits for the reader', async () => {
    let take: () => void = () => undefined;
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        take = done;
      },
    });
    const output = createOutput(plain, { stdout, stderr: memoryStream(), env: {} });
    const written = output.data('text').then(() => 'written');
    expect(await Promise.race([written, Promise.resolve('waiting')])).toBe('waiting');
    take();
    expect(await written).toBe('written');
  });

  it('rejects where the reader has gone', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    stdout.on('error', () => undefined);
    const output = createOutput(plain, { stdout, stderr: memoryStream(), env: {} });
    await expect(output.data('text')).rejects.toThrow('EPIPE');
  });

  it('is an object a line where it is a record, what is undefined left out', async () => {
    const { output, stdout } = openOutput({ json: true });
    await output.record({ subject: 'a', headers: undefined, rtt_ms: 1.5 });
    await output.record({ data: 'two\nlines' });
    expect(stdout.text()).toBe('{"subject":"a","rtt_ms":1.5}\n{"data":"two\\nlines"}\n');
  });
});

describe('what is told on stderr', () => {
  const tellAll = (style: Partial<OutputStyle>) => {
    const { output, stderr, stdout } = openOutput(style);
    output.notice('a notice');
    output.warn('amiss');
    output.detail('a detail');
    expect(stdout.text()).toBe('');
    return stderr;
  };

  it.each([
    [{}, 'a notice\nwarning: amiss\n'],
    [{ verbose: true }, 'a notice\nwarning: amiss\na detail\n'],
    [{ quiet: true }, ''],
  ])('is with %j: %j', (style, text) => {
    expect(tellAll(style).text()).toBe(text);
  });

  it('is an object a line with --json', () => {
    expect(tellAll({ json: true, verbose: true }).objects()).toEqual([
      { level: 'info', message: 'a notice' },
      { level: 'warn', message: 'amiss' },
      { level: 'info', message: 'a detail' },
    ]);
  });

  it('stays one line, with control characters shown', () => {
    const { output, stderr } = openOutput();
    output.notice('two\nlines \u001b[2J');
    expect(stderr.text()).toBe('two\\nlines \\e[2J\n');
  });

  it('takes a line of a log as it is', () => {
    const { output, stderr } = openOutput({ quiet: true, json: true });
    output.log('{"level":"info"}\n');
    expect(stderr.text()).toBe('{"level":"info"}\n');
  });
});

describe('an error', () => {
  const error = new CliError('no_responders', 'nobody serves a.b', {
    hint: 'wait for one with --wait 30s',
    details: { subject: 'a.b', attempts: 2, absent: undefined },
  });

  it('is two lines: what failed, and what to try', async () => {
    const { output, stderr } = openOutput();
    await output.error(error);
    expect(stderr.text()).toBe('error: nobody serves a.b\nwait for one with --wait 30s\n');
  });

  it('is one line without a hint, and is told with --quiet too', async () => {
    const { output, stderr } = openOutput({ quiet: true });
    await output.error(new CliError('timeout', 'no reply'));
    expect(stderr.text()).toBe('error: no reply\n');
  });

  it('is with --json an object of kind, message, hint and details', async () => {
    const { output, stderr, stdout } = openOutput({ json: true });
    await output.error(error);
    expect(stderr.objects()).toEqual([
      {
        error: {
          kind: 'no_responders',
          message: 'nobody serves a.b',
          hint: 'wait for one with --wait 30s',
          subject: 'a.b',
          attempts: 2,
        },
      },
    ]);
    expect(stdout.text()).toBe('');
  });

  it('shows its stack with --verbose only', async () => {
    const stackLine = /^ {4}at .*streams\.test\.ts/m;
    const terse = openOutput();
    await terse.output.error(error);
    expect(terse.stderr.text()).not.toMatch(stackLine);
    const verbose = openOutput({ verbose: true });
    await verbose.output.error(error);
    expect(verbose.stderr.text()).toMatch(stackLine);
  });

  it('has its stack in the object with --json --verbose only', async () => {
    const terse = openOutput({ json: true });
    await terse.output.error(error);
    expect(terse.stderr.objects()).not.toMatchObject([{ error: { stack: expect.anything() } }]);
    const verbose = openOutput({ json: true, verbose: true });
    await verbose.output.error(error);
    expect(verbose.stderr.objects()).toMatchObject([{ error: { stack: expect.stringContaining('streams.test.ts') } }]);
  });

  it('lets no control character through: not in message, hint or stack', async () => {
    const hostile = 'a\u001b[2J\u202eb';
    const { output, stderr } = openOutput({ verbose: true });
    await output.error(new CliError('service_error', hostile, { hint: hostile }));
    expect(stderr.text()).toContain('error: a\\e[2J\\u202eb\na\\e[2J\\u202eb\n');
    expect(stderr.text()).not.toContain('\u001b');
    expect(stderr.text()).not.toContain('\u202e');
  });

  it('is red on a terminal, its hint dim', async () => {
    const { output, stderr } = openOutput({}, { isTTY: true });
    await output.error(error);
    expect(stderr.text()).toBe(
      '\u001b[31merror:\u001b[39m nobody serves a.b\n\u001b[2mwait for one with --wait 30s\u001b[22m\n',
    );
  });
});

describe('colour', () => {
  it.each([
    ['a terminal', true, {}, {}, true],
    ['a pipe', false, {}, {}, false],
    ['a terminal, NO_COLOR', true, { NO_COLOR: '1' }, {}, false],
    ['a terminal, an empty NO_COLOR', true, { NO_COLOR: '' }, {}, true],
    ['a terminal that knows no colours', true, { TERM: 'dumb' }, {}, false],
    ['a pipe, FORCE_COLOR', false, { FORCE_COLOR: '1' }, {}, true],
    ['a terminal, FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, {}, false],
    ['a terminal, FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, {}, false],
    ['a pipe, FORCE_COLOR and NO_COLOR', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, {}, true],
    ['a terminal, --no-color', true, {}, { color: false }, false],
    ['a pipe, FORCE_COLOR and --no-color', false, { FORCE_COLOR: '1' }, { color: false }, false],
    ['a terminal, --json', true, {}, { json: true }, false],
    ['a pipe, FORCE_COLOR and --json', false, { FORCE_COLOR: '1' }, { json: true }, false],
  ])('on %s', (_, isTTY, env, style, colored) => {
    expect(wantsColor(memoryStream(isTTY), { ...plain, ...style }, env)).toBe(colored);
  });
});

describe('for whom the streams are', () => {
  it.each([true, false])('data is for a terminal where stdout is one: %s', (isTTY) => {
    expect(openOutput({}, { isTTY }).output.dataIsForTerminal).toBe(isTTY);
  });

  it.each([
    ['a terminal', {}, true, {}, true],
    ['a pipe', {}, false, {}, false],
    ['a terminal, --quiet', { quiet: true }, true, {}, false],
    ['a terminal, --json', { json: true }, true, {}, false],
    ['a terminal that cannot move its cursor', {}, true, { TERM: 'dumb' }, false],
  ])('stderr may be animated on %s', (_, style, isTTY, env, animated) => {
    expect(openOutput(style, { isTTY, env }).output.mayAnimate).toBe(animated);
  });

  it('stderr may not be animated on a terminal without columns, where what was shown cannot be taken away', () => {
    const style = { json: false, quiet: false, verbose: false, color: true };
    const stderr = Object.assign(memoryStream(true), { columns: 0 });
    expect(createOutput(style, { stdout: memoryStream(), stderr, env: {} }).mayAnimate).toBe(false);
  });
});
