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
/** Two of one supervisor, and one of another that was started alike. */
const [orders, prices, otherPrices] = [
  poolOf('orders', 15, ['a']),
  poolOf('prices', 15, ['orders']),
  poolOf('prices', 16),
];
const silent: FoundPool = { path: '/run/14.sock', pid: 14, status: undefined };

describe('choosePool', () => {
  it.each<[name: string | undefined, pools: FoundPool[], chosen: FoundPool]>([
    [undefined, [shop], shop],
    ['shop', [shop, greeter], shop],
    ['prices', [shop, greeter], shop],
    ['12', [shop, greeter, twin], greeter],
    ['14', [shop, silent], silent],
    [undefined, [silent], silent],
    ['orders', [orders, prices], orders],
    ['15/prices', [orders, prices, otherPrices], prices],
    ['16', [orders, prices, otherPrices], otherPrices],
  ])('%s of several', (name, pools, chosen) => {
    expect(choosePool(pools, name)).toBe(chosen);
  });

  it.each<[name: string | undefined, pools: FoundPool[], kind: string, message: string, hint: string]>([
    [undefined, [], 'no_responders', 'no pool of yours runs on this machine', 'natsctl serve starts one'],
    ['shop', [], 'no_responders', 'no pool shop of yours runs on this machine', 'natsctl serve starts one'],
    ['shop', [greeter], 'no_responders', 'no pool shop of yours runs here', 'there are: greeter (pid 12)'],
    [undefined, [shop, silent], 'usage', '2 pools run: name one', 'shop (pid 11), one that does not answer (pid 14)'],
    ['greeter', [greeter, twin], 'usage', '2 pools answer to greeter: name one by its process id', '(pid 13)'],
    ['15', [orders, prices], 'usage', '2 pools answer to 15: name one by its name', 'orders (pid 15), prices (pid 15)'],
    ['prices', [orders, prices, otherPrices], 'usage', 'answer to prices: name one as PID/NAME', 'prices (pid 16)'],
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
