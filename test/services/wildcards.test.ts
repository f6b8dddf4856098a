import { expect, it } from 'vitest';
import { captureTokens } from '../../src/services/wildcards.js';

it.each([
  ['orders.new', 'orders.new', []],
  ['orders.*', 'orders.7', ['7']],
  ['*.item.*', 'a.item.b', ['a', 'b']],
  ['orders.>', 'orders.a.b.c', ['a.b.c']],
  ['*.orders.>', 'eu.orders.7', ['eu', '7']],
  ['>', 'a.b', ['a.b']],
])('captures from %s in %s: %j', (pattern, subject, tokens) => {
  expect(captureTokens(pattern, subject)).toEqual(tokens);
});
