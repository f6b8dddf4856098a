import { describe, expect, it } from 'vitest';
import { defineService } from '../../../src/services/define-service.js';
import { serviceOfExports } from '../../../src/services/loading/exports.js';

const greet = () => 'hi';
const part = async () => 'bye';
const service = defineService({ name: 'orders', version: '1.0.0', endpoints: { new: { handler: greet } } });
const ofFunctions = { name: 'greeter', version: '0.0.0', endpoints: { greet: { handler: greet } } };

const read = (exported: unknown, given = './lib/greeter.ts') => serviceOfExports(exported, given);

describe('the service of a module', () => {
  it.each<[what: string, exported: unknown, expected: unknown]>([
    ['its default export', { default: service, other: 1 }, service],
    ['module.exports', service, service],
    ['module.exports, as import gives it', { default: service, 'module.exports': service, name: 'orders' }, service],
    ['exports.default of a compiler', { default: { __esModule: true, default: service }, __esModule: true }, service],
    ['functions', { greet }, ofFunctions],
    ['functions of CommonJS', { default: { greet }, greet, 'module.exports': { greet } }, ofFunctions],
  ])('is %s', (_, exported, expected) => {
    expect(read(exported)).toEqual(expected);
  });

  it('has an endpoint for each function', () => {
    expect(Object.keys(read({ greet, part }).endpoints)).toEqual(['greet', 'part']);
  });

  it.each<[exported: unknown, message: string]>([
    [{}, './lib/greeter.ts exports nothing'],
    [{ greet, NAME: 'x' }, './lib/greeter.ts: NAME is no function, and there is no default export'],
    [{ greet, Greeter: class {} }, './lib/greeter.ts: Greeter is no function, and there is no default export'],
    [{ default: greet }, './lib/greeter.ts: its default export is a function, not a service'],
    [{ default: { greet } }, './lib/greeter.ts: endpoints are missing'],
    [{ $greet: greet }, expect.stringContaining('endpoints.$greet has an invalid name')],
  ])('is not what %j exports', (exported, message) => {
    expect(() => read(exported)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
