import { describe, expect, it } from 'vitest';
import { findService } from '../../src/services/built-in.js';
import { greeter } from '../../src/services/greeter.js';

describe('findService', () => {
  it('finds a service by its name', () => {
    expect(findService('greeter')).toBe(greeter);
  });

  it.each([
    [
      'greter',
      'did you mean greeter? there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts',
    ],
    [
      'greeters',
      'did you mean greeter? there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts',
    ],
    [
      'Greeter',
      'did you mean greeter? there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts',
    ],
    ['orders', 'there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts'],
    ['', 'there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts'],
    ['constructor', 'there are: echo, greeter, time; a module of yours is named by its path, ./orders.ts'],
  ])('refuses %j: %s', (name, hint) => {
    expect(() => findService(name)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `there is no service "${name}"`, hint }),
    );
  });
});
