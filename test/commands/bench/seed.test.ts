import { expect, it } from 'vitest';
import { runCommand } from '../run-command.js';

const bench = (seed: string) => runCommand(['bench', 'request', 'a.b', '-s', '127.0.0.1:1', '--seed', seed]);

it('--seed is that of the load where it is a number', async () => {
  expect((await bench('5')).error).toMatchObject({ kind: 'connection' });
});

it('--seed is that of a JWT where it is none', async () => {
  expect((await bench('SUABC')).error).toMatchObject({ kind: 'usage', message: '--seed needs --jwt' });
});
