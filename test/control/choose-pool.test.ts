import { describe, expect, it } from 'vitest';
import { choosePool, type FoundPool, namesOfPool } from '../../src/control/index.js';
import { statusFor } from './status-for.js';

const poolOf = (name: string, pid: number, services: readonly string[] = [name]): FoundPool => ({
  path: `/run/${pid}.sock`,
  pid,
  status: statusFor({ name, pid, services: services.map((service) => ({ name: service, version: '1.0.0' })) }),
});
const shop = poolOf('shop', 11, ['orders', 'prices']);
const greeter = poolOf('greeter', 12);
const twin = poolOf('greeter', 13);
const silent: FoundPool = { path: '/run/14.sock', pid: 14, status: undefined };

describe('choosePool', () => {
  it.each<[name: string | undefined, pools: FoundPool[], chosen: FoundPool]>([
    [undefined, [shop], shop],
    ['shop', [shop, greeter], shop],
    ['prices', [shop, greeter], shop],
    ['12', [shop, greeter, twin], greeter],
    ['14', [shop, silent], silent],
    [undefined, [silent], silent],
  ])('%s of several', (name, pools, chosen) => {
    expect(choosePool(pools, name)).toBe(chosen);
  });

  it.each<[name: string | undefined, pools: FoundPool[], kind: string, message: string, hint: string]>([
    [undefined, [], 'no_responders', 'no pool of yours runs on this machine', 'natsctl serve starts one'],
    ['shop', [], 'no_responders', 'no pool shop of yours runs on this machine', 'natsctl serve starts one'],
    ['shop', [greeter], 'no_responders', 'no pool shop of yours runs here', 'there are: greeter (pid 12)'],
    [undefined, [shop, silent], 'usage', '2 pools run: name one', 'shop (pid 11), one that does not answer (pid 14)'],
    ['greeter', [greeter, twin], 'usage', '2 pools answer to greeter', 'greeter (pid 12), greeter (pid 13)'],
  ])('refuses %s', (name, pools, kind, message, hint) => {
    const expected = { kind, message: expect.stringContaining(message), hint: expect.stringContaining(hint) };
    expect(() => choosePool(pools, name)).toThrow(expect.objectContaining(expected));
  });
});

it('a pool answers to its own name and those of its services', () => {
  expect(namesOfPool(shop)).toEqual(['shop', 'orders', 'prices']);
  expect(namesOfPool(greeter)).toEqual(['greeter']);
  expect(namesOfPool(silent)).toEqual([]);
});
