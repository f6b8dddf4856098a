import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMessagePrinter } from '../../src/output/index.js';
import { createOutput } from '../../src/output/streams.js';
import { createDumpSink } from '../../src/subscribing/dump-sink.js';
import { memoryStream } from '../output/memory-stream.js';
import { messageOf } from '../output/message.js';
import { createTempDir } from '../support/guardian.js';

const timestamps = { begin: () => undefined, now: () => 'NOW' };

function setUp(directory: string, { json = false } = {}) {
  const stderr = memoryStream();
  const output = createOutput(
    { json, quiet: false, verbose: false, color: false },
    { stdout: memoryStream(), stderr, env: {} },
  );
  const form = json
    ? ({ kind: 'json', parse: false, base64: false, parts: 'all' } as const)
    : ({ kind: 'raw', end: '' } as const);
  const print = createMessagePrinter(form, { timestamps, escaped: false, encoding: 'utf8' });
  return { sink: createDumpSink({ directory, print, extension: json ? '.json' : '', output }), stderr };
}

it('writes each body as it is to a file that only the user reads, in a folder that it makes', async () => {
  const directory = join(createTempDir('dump'), 'in', 'there');
  const { sink, stderr } = setUp(directory);
  sink.take(messageOf({ subject: 'a', body: Uint8Array.of(0, 255, 10) }));
  sink.take(messageOf({ subject: 'a', body: '' }));
  await sink.end();
  expect(readdirSync(directory)).toEqual(['00000001-a', '00000002-a']);
  expect(readFileSync(join(directory, '00000001-a'))).toEqual(Buffer.of(0, 255, 10));
  expect(statSync(join(directory, '00000002-a'))).toMatchObject({ size: 0, mode: 0o100600 });
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(stderr.text()).toBe(`2 messages written to ${directory}\n`);
});

it('writes the record with --json', async () => {
  const directory = createTempDir('dump');
  const { sink, stderr } = setUp(directory, { json: true });
  sink.take(messageOf({ subject: 'a', body: 'x', headers: '\r\nA: 1' }));
  await sink.end();
  expect(readFileSync(join(directory, '00000001-a.json'), 'utf8')).toBe(
    '{"subject":"a","data":"x","headers":{"A":["1"]},"time":"NOW"}\n',
  );
  expect(stderr.objects()).toEqual([{ summary: { files: 1, directory } }]);
});

it('numbers on from what is there, writes nothing over and follows no link', async () => {
  const directory = createTempDir('dump');
  const target = join(createTempDir('elsewhere'), 'target');
  writeFileSync(join(directory, '00000004-a'), 'old');
  const { sink } = setUp(directory);
  // Of somebody who is faster.
  symlinkSync(target, join(directory, '00000005-a'));
  mkdirSync(join(directory, '00000006-a'));
  sink.take(messageOf({ subject: 'a', body: 'new' }));
  expect(readFileSync(join(directory, '00000004-a'), 'utf8')).toBe('old');
  expect(readFileSync(join(directory, '00000007-a'), 'utf8')).toBe('new');
  expect(existsSync(target)).toBe(false);
});

it('refuses a folder that is none', () => {
  const file = join(createTempDir('dump'), 'file');
  writeFileSync(file, '');
  for (const directory of [file, join(file, 'below')]) {
    expect(() => setUp(directory)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `--dump: cannot write to ${directory}: it is no folder` }),
    );
  }
});
