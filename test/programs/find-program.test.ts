import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findProgram } from '../../src/programs/index.js';
import { createTempDir } from '../support/guardian.js';

const folder = createTempDir('programs');
const [first, second] = [join(folder, 'first'), join(folder, 'second')];
mkdirSync(join(first, 'job'), { recursive: true });
mkdirSync(second);
for (const [name, mode] of [
  ['job', 0o755],
  ['plain', 0o644],
] as const) {
  const file = join(second, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
}
const path = `${first}:${second}`;

it('finds a program on the PATH, past what is none', () => {
  expect(findProgram('job', ['-x', ''], path)).toEqual({ name: 'job', file: join(second, 'job'), args: ['-x', ''] });
});

it('takes a name with a slash for a path', () => {
  const file = join(second, 'job');
  expect(findProgram(file, [], '')).toMatchObject({ name: file, file });
});

it('finds the system’s programs without a PATH', () => {
  expect(findProgram('sh', [], undefined).file).toMatch(/\/sh$/);
});

it.each([
  ['nope', 'nope: not found', undefined],
  ['', "'': not found", undefined],
  [`${second}/nope`, `${second}/nope: not found`, undefined],
  ['plain', 'plain: cannot be executed', undefined],
  [first, `${first}: cannot be executed`, undefined],
  ['echo hi', 'echo hi: not found', "there is no shell around it; sh -c 'echo hi' is one"],
])('refuses %j', (name, message, hint) => {
  expect(() => findProgram(name, [], path)).toThrow(expect.objectContaining({ kind: 'usage', message, hint }));
});
