import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/services/gate.js';

/** Guests that note when they are let in. */
function guests(gate: Gate) {
  const inside: number[] = [];
  const arrive = (number: number, settled = false) => {
    const guest = { settled, admitted: () => void inside.push(number) };
    if (gate.enter(guest)) inside.push(number);
    return guest;
  };
  return { inside, arrive };
}

describe('Gate', () => {
  it('lets as many in as it may, and the others in their order', () => {
    const gate = new Gate(2);
    const { inside, arrive } = guests(gate);
    for (const number of [1, 2, 3, 4]) arrive(number);
    expect(inside).toEqual([1, 2]);
    gate.leave();
    expect(inside).toEqual([1, 2, 3]);
    gate.leave();
    gate.leave();
    arrive(5);
    expect(inside).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets nobody in who does not want to any more', () => {
    const gate = new Gate(1);
    const { inside, arrive } = guests(gate);
    arrive(1);
    arrive(2, true);
    arrive(3);
    gate.leave();
    expect(inside).toEqual([1, 3]);
  });

  it('keeps the order of 100,000 that leave as soon as they are in', () => {
    const gate = new Gate(1);
    const inside: number[] = [];
    gate.enter({ settled: false, admitted: () => undefined });
    for (let number = 0; number < 100_000; number++) {
      const admitted = () => {
        inside.push(number);
        gate.leave();
      };
      gate.enter({ settled: false, admitted });
    }
    gate.leave();
    expect(inside).toHaveLength(100_000);
    expect(inside.every((number, index) => number === index)).toBe(true);
  });
});
