import { describe, expect, it } from 'vitest';
import { ServiceError, type ServiceRequest } from '../../src/services/define-service.js';
import { greeter } from '../../src/services/greeter.js';

function greet(name: string) {
  return greeter.endpoints['greet']?.handler({ text: () => name } as ServiceRequest);
}

describe('the greeter', () => {
  it.each([
    ['World', 'Hello, World!'],
    ['World\n', 'Hello, World!'],
    ['World\r\n', 'Hello, World!'],
    ['World\n\n', 'Hello, World\n!'],
    ['Ada Lovelace', 'Hello, Ada Lovelace!'],
    [' ', 'Hello,  !'],
    ['👋🏽 世界', 'Hello, 👋🏽 世界!'],
    ['two\nlines', 'Hello, two\nlines!'],
    ['$&', 'Hello, $&!'],
  ])('answers %j with %j', (name, greeting) => {
    expect(greet(name)).toBe(greeting);
  });

  it.each(['', '\n', '\r\n'])('has no greeting for %j', (name) => {
    expect(() => greet(name)).toThrow(expect.objectContaining({ code: 400, message: 'name is empty' }));
    expect(() => greet(name)).toThrow(ServiceError);
  });

  it('listens on greeter.greet in the queue group greeters', () => {
    expect(greeter).toMatchObject({
      name: 'greeter',
      queue: 'greeters',
      endpoints: { greet: { subject: 'greeter.greet' } },
    });
  });
});
