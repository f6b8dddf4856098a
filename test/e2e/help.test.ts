import { describe, expect, it } from 'vitest';
import { natsctl } from '../support/run.js';

describe('natsctl help', () => {
  it('prints pages to stdout, for a pipe 80 columns wide', async () => {
    for (const args of [['--help'], ['sub', '--help'], ['help', 'sub'], ['help', 'topics'], ['help', 'exit-codes']]) {
      const { code, stdout, stderr } = await natsctl(args, { env: { COLUMNS: '200' } });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(stdout).toMatch(/[^\n]\n$/);
    }
  });

  it('names the nearest where there is no such page', async () => {
    const { code, stdout, stderr } = await natsctl(['help', 'exit-code']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'error: no help for "exit-code": neither a command nor a topic\ndid you mean natsctl help exit-codes?\n',
    );
  });
});

describe('what belongs to the nats command', () => {
  it('ends with 2 and names it', async () => {
    const { code, stdout, stderr } = await natsctl(['stream', 'ls', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { kind: 'usage', message: expect.stringContaining('use nats stream'), use: 'nats stream' },
    });
  });

  it('says what natsctl has for it', async () => {
    const { code, stderr } = await natsctl(['reply', 'a', 'b', '--sleep', '1s']);
    expect(code).toBe(2);
    expect(stderr).toBe('error: natsctl has no --sleep: use nats reply --sleep\nnatsctl has --delay\n');
  });
});
