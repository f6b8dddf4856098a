import { expect, it } from 'vitest';
import { namedOutput } from '../../src/output/index.js';
import { createOutput } from '../../src/output/streams.js';
import { memoryStream } from './memory-stream.js';

it('begins what it tells with the name, and leaves data and log lines as they are', async () => {
  const [stdout, stderr] = [memoryStream(), memoryStream()];
  const style = { json: false, quiet: false, verbose: true, color: false };
  const output = namedOutput(createOutput(style, { stdout, stderr, env: {} }), 'orders');
  output.notice('it serves');
  output.warn('it hangs');
  output.detail('it starts');
  output.log('a line\n');
  await output.data('data');
  expect(stderr.text()).toBe('orders: it serves\nwarning: orders: it hangs\norders: it starts\na line\n');
  expect(stdout.text()).toBe('data');
});
