import { expect, it } from 'vitest';
import { createTimestamps } from '../../src/output/timestamps.js';

it('writes the time of day, the time in UTC, or the time since the start', () => {
  let now = Date.parse('2026-01-02T03:04:05.006Z');
  const [clock, absolute, delta] = (['clock', 'absolute', 'delta'] as const).map((style) =>
    createTimestamps(style, () => now),
  );
  const local = new Date(now);
  expect(clock?.now()).toBe(`${local.toTimeString().slice(0, 8)}.006`);
  expect(absolute?.now()).toBe('2026-01-02T03:04:05.006Z');
  expect(delta?.now()).toBe('+0.000s');
  now += 61_234;
  expect(delta?.now()).toBe('+61.234s');
  delta?.begin();
  expect(delta?.now()).toBe('+0.000s');
  expect(absolute?.now()).toBe('2026-01-02T03:05:06.240Z');
});
