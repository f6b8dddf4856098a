import { describe, expect, it } from 'vitest';
import { findService } from '../../src/services/built-in.js';
import { greeter } from '../../src/services/greeter.js';

describe('findService', () => {
  it('finds a service by its name', () => {
    expect(findService('greeter')).toBe(greeter);
  });

  it.each([
    ['greter', 'did you mean greeter? there are: greeter'],
    ['greeters', 'did you mean greeter? there are: greeter'],
    ['Greeter', 'did you mean greeter? there are: greeter'],
    ['orders', 'there are: greeter'],
    ['', 'there are: greeter'],
    ['constructor', 'there are: greeter'],
  ])('refuses %j: %s', (name, hint) => {
    expect(() => findService(name)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `there is no service "${name}"`, hint }),
    );
  });
});
