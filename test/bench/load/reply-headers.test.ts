import { describe, expect, it } from 'vitest';
import { findHeader, saysNoResponders, saysServiceError } from '../../../src/bench/load/reply-headers.js';

/** A block of headers with something before and behind. */
function blockOf(text: string): { readonly bytes: Buffer; readonly start: number; readonly end: number } {
  const before = 'HMSG a 1 2 3\r\n';
  return {
    bytes: Buffer.from(`${before}${text}Nats-Service-Error: body\r\n`),
    start: before.length,
    end: before.length + text.length,
  };
}

describe('the headers of a reply', () => {
  it.each([
    ['NATS/1.0 503\r\n\r\n', 0, true],
    ['NATS/1.0 503 No Responders\r\nNats-Subject: a\r\n\r\n', 0, true],
    ['NATS/1.0 503\r\n\r\n', 1, false],
    ['NATS/1.0 404\r\n\r\n', 0, false],
    ['NATS/1.0\r\nA: 503\r\n\r\n', 0, false],
    ['NATS/1.0', 0, false],
  ])('tell whether there are no responders: %j with %i bytes behind', (text, bodyBytes, expected) => {
    const { bytes, start } = blockOf(text);
    expect(saysNoResponders(bytes, start, text.length, text.length + bodyBytes)).toBe(expected);
  });

  it.each([
    ['NATS/1.0\r\nNats-Service-Error: x\r\n\r\n', true],
    ['NATS/1.0\r\nA: b\r\nNats-Service-Error-Code:500\r\n\r\n', true],
    ['NATS/1.0\r\nNats-Service-Error:\r\nNats-Service-Error-Code: 500\r\n\r\n', true],
    ['NATS/1.0\r\nNats-Service-Error: \r\n\r\n', false],
    ['NATS/1.0\r\nA: Nats-Service-Error: x\r\n\r\n', false],
    ['NATS/1.0\r\nNats-Service-Errors: x\r\n\r\n', false],
    ['NATS/1.0\r\n\r\n', false],
    ['NATS/1.0', false],
    ['', false],
  ])('tell whether a service failed: %j', (text, expected) => {
    const { bytes, start, end } = blockOf(text);
    expect(saysServiceError(bytes, start, end)).toBe(expected);
  });

  it('are found by name, with their values', () => {
    const { bytes, start, end } = blockOf('NATS/1.0\r\nA:b\r\nAB:   c\r\n\r\n');
    const value = (name: string): string | undefined => {
      const at = findHeader(bytes, start, end, Buffer.from(name));
      return at === -1 ? undefined : bytes.toString('latin1', at, at + 1);
    };
    expect(['A', 'AB', 'B', 'Nats-Service-Error'].map(value)).toEqual(['b', 'c', undefined, undefined]);
  });
});
