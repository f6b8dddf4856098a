import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSource, nameOfSource, serviceNameOf } from '../../../src/services/loading/source.js';
import { createTempDir } from '../../support/guardian.js';

const folder = createTempDir('sources');
mkdirSync(join(folder, 'services'));
for (const file of ['orders.ts', 'services/my.orders.mjs', 'notes.txt']) writeFileSync(join(folder, file), '');

describe('findSource', () => {
  it.each([
    ['greeter', { kind: 'built_in', name: 'greeter' }],
    ['orders.ts', { kind: 'module', file: join(folder, 'orders.ts'), given: 'orders.ts' }],
    ['./orders.ts', { kind: 'module', file: join(folder, 'orders.ts'), given: './orders.ts' }],
    ['services/my.orders.mjs', { kind: 'module', file: join(folder, 'services/my.orders.mjs') }],
  ])('takes %s', (text, source) => {
    expect(findSource(text, folder)).toMatchObject(source);
  });

  it.each([
    ['orders', 'there is no service "orders"'],
    ['./orders', 'there is no file ./orders'],
    ['missing.ts', 'there is no file missing.ts'],
    ['services/', 'services/ is a folder'],
    ['notes.txt', 'notes.txt is no module: its name ends neither like TypeScript nor like JavaScript'],
  ])('refuses %s', (text, message) => {
    expect(() => findSource(text, folder)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});

it.each([
  ['orders.ts', 'orders'],
  ['services/my.orders.mjs', 'my-orders'],
])('names the service of %s before it is loaded: %s', (text, name) => {
  expect(nameOfSource(findSource(text, folder))).toBe(name);
});

it.each([
  ['tr', 'tr'],
  ['my worker.py', 'my-worker-py'],
  ['grüße', 'gr-e'],
  ['...', 'service'],
])('makes %j a valid name: %s', (text, name) => {
  expect(serviceNameOf(text)).toBe(name);
});
