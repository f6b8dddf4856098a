import { describe, expect, it } from 'vitest';
import { readName, readRegistration } from '../../../src/services/registry/registration.js';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('readRegistration', () => {
  it('asks for a name alone: without an instance the name is one, without a ttl it is 30 s', () => {
    expect(readRegistration(bytes({ name: 'orders' }))).toEqual({
      name: 'orders',
      instance: 'orders',
      version: undefined,
      endpoints: [],
      metadata: {},
      ttl: 30,
    });
  });

  it('takes all that there is to say', () => {
    const registration = {
      name: 'shop.orders-2_x',
      instance: '10.0.0.7:8080',
      version: '1.2.0-beta+7',
      endpoints: ['orders.new', 'orders.*.get', 'orders.>'],
      metadata: { zone: 'b', __proto__: 'text' },
      ttl: 1.5,
    };
    expect(readRegistration(bytes(registration))).toEqual(registration);
  });

  it('takes metadata with the name of a prototype as what it is', () => {
    const { metadata } = readRegistration(bytes('{"name":"a","metadata":{"__proto__":"x","constructor":"y"}}'));
    expect(Object.keys(metadata)).toEqual(['__proto__', 'constructor']);
    expect(JSON.stringify(metadata)).toBe('{"__proto__":"x","constructor":"y"}');
  });

  it.each([
    ['', 'the body is empty, not JSON'],
    ['orders', 'the body is not JSON'],
    ['[]', 'the body is no JSON object'],
    ['null', 'the body is no JSON object'],
    [{}, 'name is missing'],
    [{ name: '' }, 'name is missing'],
    [{ name: 'a b' }, 'name is "a b": up to 128 letters, digits, dots, - and _'],
    [{ name: '.a' }, 'name is ".a": up to 128 letters, digits, dots, - and _'],
    [{ name: 'a\n' }, String.raw`name is "a\n": up to 128 letters, digits, dots, - and _`],
    [{ name: 7 }, 'name is 7: up to 128 letters, digits, dots, - and _'],
    [{ name: 'x'.repeat(129) }, `name is "${'x'.repeat(56)}…: up to 128 letters, digits, dots, - and _`],
    [{ name: 'a', host: 'b' }, expect.stringMatching(/^"host" is not known: there are name, version, .* metadata$/)],
    [{ name: 'a', instance: '' }, 'instance is "": a text of 1 to 128 characters without blanks'],
    [{ name: 'a', instance: null }, 'instance is null: a text of 1 to 128 characters without blanks'],
    [{ name: 'a', version: 1 }, 'version is 1: a text of 1 to 128 characters without blanks'],
    [
      { name: 'a', version: '\u001b[2J' },
      String.raw`version is "\u001b[2J": a text of 1 to 128 characters without blanks`,
    ],
    [{ name: 'a', endpoints: 'orders.new' }, 'endpoints are no list of subjects'],
    [{ name: 'a', endpoints: ['x', 7] }, 'endpoints[1] is 7, not a subject'],
    [{ name: 'a', endpoints: ['x..y'] }, 'endpoints[0] is "x..y": two dots with nothing between them'],
    [{ name: 'a', ttl: 0 }, 'ttl is 0, not a number of seconds from 1 to 3600'],
    [{ name: 'a', ttl: 3601 }, 'ttl is 3601, not a number of seconds from 1 to 3600'],
    [{ name: 'a', ttl: '30' }, 'ttl is "30", not a number of seconds from 1 to 3600'],
    ['{"name":"a","ttl":1e999}', 'ttl is null, not a number of seconds from 1 to 3600'],
    [{ name: 'a', metadata: { a: 1 } }, 'metadata is no object with texts as values'],
    [{ name: 'a', metadata: ['a'] }, 'metadata is no object with texts as values'],
  ])('refuses %j: %s', (body, message) => {
    expect(() => readRegistration(bytes(body))).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('refuses a body that is no address any more', () => {
    const body = bytes({ name: 'a', metadata: { text: 'x'.repeat(8_192) } });
    expect(() => readRegistration(body)).toThrow(
      expect.objectContaining({ code: 413, message: 'the body has 8227 bytes: a registration has at most 8192' }),
    );
  });
});

describe('readName', () => {
  it.each(['orders', 'orders\n', 'orders\r\n', '"orders"', '{"name":"orders"}\n', ' {"name":"orders"}'])(
    'reads %j',
    (body) => {
      expect(readName(bytes(body))).toBe('orders');
    },
  );

  it.each([
    ['', 'name is missing'],
    ['\n', 'name is missing'],
    ['{}', 'name is missing'],
    ['{"name"', 'the body is not JSON'],
    ['a b', 'name is "a b": up to 128 letters, digits, dots, - and _'],
    ['{"name":["a"]}', 'name is ["a"]: up to 128 letters, digits, dots, - and _'],
  ])('refuses %j: %s', (body, message) => {
    expect(() => readName(bytes(body))).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining(message) }),
    );
  });
});
