import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BodySource, chooseBody, readBody } from '../../src/input/body.js';
import { createTempDir } from '../support/guardian.js';

const mebibyte = 1024 * 1024;

describe('chooseBody', () => {
  const stdin: BodySource = { from: 'stdin' };
  const nothing: BodySource = { from: 'nothing' };
  const argument = (text: string): BodySource => ({ from: 'argument', text });
  const file = (path: string): BodySource => ({ from: 'file', path });

  it.each<[argv: string, given: Partial<Parameters<typeof chooseBody>[0]>, onTerminal: BodySource, inPipe: BodySource]>(
    [
      ['no BODY', {}, nothing, stdin],
      ['BODY', { argument: 'World' }, argument('World'), argument('World')],
      ["''", { argument: '' }, argument(''), argument('')],
      ['007', { argument: '007' }, argument('007'), argument('007')],
      ['-', { argument: '-' }, stdin, stdin],
      ['--no-stdin', { noStdin: true }, nothing, nothing],
      ['BODY --no-stdin', { argument: 'World', noStdin: true }, argument('World'), argument('World')],
      ['--file PATH', { file: 'order.json' }, file('order.json'), file('order.json')],
      ['--file PATH --no-stdin', { file: 'order.json', noStdin: true }, file('order.json'), file('order.json')],
      ['--file -', { file: '-' }, stdin, stdin],
    ],
  )('%s', (_, given, onTerminal, inPipe) => {
    const request = { argument: undefined, file: undefined, noStdin: false, ...given };
    expect(chooseBody(request, false)).toEqual(onTerminal);
    expect(chooseBody(request, true)).toEqual(inPipe);
  });

  it.each([
    ['BODY and --file', { argument: 'World', file: 'order.json', noStdin: false }],
    ['an empty BODY and --file', { argument: '', file: 'order.json', noStdin: false }],
    ['- and --no-stdin', { argument: '-', file: undefined, noStdin: true }],
    ['--file - and --no-stdin', { argument: undefined, file: '-', noStdin: true }],
  ])('refuses %s together', (_, request) => {
    expect(() => chooseBody(request, true)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

describe('readBody', () => {
  const unopened = (): Readable => {
    throw new Error('stdin was opened');
  };
  const read = async (source: BodySource, stdin = unopened) =>
    Buffer.from(await readBody(source, () => undefined, stdin));

  it.each([
    ['nothing', { from: 'nothing' }, ''],
    ['an argument', { from: 'argument', text: 'Grüße\n' }, 'Grüße\n'],
    ['an empty argument', { from: 'argument', text: '' }, ''],
  ] as const)('gives %s without opening stdin', async (_, source, text) => {
    expect((await read(source)).toString('utf8')).toBe(text);
  });

  it('gives a file byte for byte', async () => {
    const path = join(createTempDir('body'), 'bytes');
    const bytes = Buffer.from([0x00, 0xff, 0x0d, 0x0a]);
    writeFileSync(path, bytes);
    expect(await read({ from: 'file', path })).toEqual(bytes);
  });

  it('refuses a file that is not there', async () => {
    const path = join(createTempDir('body'), 'missing');
    await expect(read({ from: 'file', path })).rejects.toMatchObject({
      kind: 'usage',
      message: `cannot read ${path}: no such file`,
    });
  });

  it('refuses a directory', async () => {
    const path = join(createTempDir('body'), 'directory');
    mkdirSync(path);
    await expect(read({ from: 'file', path })).rejects.toMatchObject({
      kind: 'usage',
      message: `cannot read ${path}: it is a directory`,
    });
  });

  it('refuses a file that no server takes, unread', async () => {
    const path = join(createTempDir('body'), 'large');
    writeFileSync(path, '');
    truncateSync(path, 64 * mebibyte + 1);
    await expect(read({ from: 'file', path })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('64 MiB'),
    });
  });

  it('gives stdin byte for byte', async () => {
    const chunks = [Buffer.from([0xff, 0x00]), Buffer.from('\r\n')];
    expect(await read({ from: 'stdin' }, () => Readable.from(chunks))).toEqual(Buffer.concat(chunks));
  });

  it('stops reading stdin at what no server takes', async () => {
    const chunk = Buffer.alloc(mebibyte);
    let chunksRead = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          chunksRead += 1;
          yield chunk;
        }
      })(),
    );
    await expect(read({ from: 'stdin' }, () => endless)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('64 MiB'),
    });
    expect(chunksRead).toBeLessThan(128);
  });

  it('lets an error of stdin fly', async () => {
    const broken = new PassThrough();
    broken.destroy(new Error('EIO'));
    await expect(read({ from: 'stdin' }, () => broken)).rejects.toThrow('EIO');
  });
});

describe('while readBody waits for stdin', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells so after 2 s, once', async () => {
    const stdin = new PassThrough();
    const tellWaiting = vi.fn();
    const body = readBody({ from: 'stdin' }, tellWaiting, () => stdin);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(tellWaiting).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(tellWaiting).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    stdin.end('World');
    expect(Buffer.from(await body).toString('utf8')).toBe('World');
    expect(tellWaiting).toHaveBeenCalledOnce();
  });

  it('tells nothing once something has come', async () => {
    const stdin = new PassThrough();
    const tellWaiting = vi.fn();
    const body = readBody({ from: 'stdin' }, tellWaiting, () => stdin);
    await vi.advanceTimersByTimeAsync(1_000);
    stdin.write('Wor');
    await vi.advanceTimersByTimeAsync(60_000);
    stdin.end('ld');
    expect(Buffer.from(await body).toString('utf8')).toBe('World');
    expect(tellWaiting).not.toHaveBeenCalled();
  });

  it('tells nothing where stdin ends at once, and leaves no timer', async () => {
    const tellWaiting = vi.fn();
    await readBody({ from: 'stdin' }, tellWaiting, () => Readable.from([]));
    expect(vi.getTimerCount()).toBe(0);
    expect(tellWaiting).not.toHaveBeenCalled();
  });
});
