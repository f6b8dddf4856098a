import { describe, expect, it } from 'vitest';
import { parseListenAddress } from '../../src/commands/listen-address.js';

describe('parseListenAddress', () => {
  it.each([
    ['8080', '127.0.0.1', 8080],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:8080', '0.0.0.0', 8080],
    ['localhost:1', 'localhost', 1],
    ['[::1]:0', '::1', 0],
    ['::1:0', '::1', 0],
  ])('reads %s', (text, host, port) => {
    expect(parseListenAddress(text, '--health')).toEqual({ host, port });
  });

  it.each([
    ['', '--health: "" is not a whole number from 0 to 65535'],
    [':8080', '--health: the host is empty'],
    ['localhost', '--health: "localhost" is not a whole number from 0 to 65535'],
    ['localhost:65536', '--health: "65536" is not a whole number from 0 to 65535'],
    ['[::1]', '--health: "[::1]" has no port'],
  ])('refuses %j', (text, message) => {
    expect(() => parseListenAddress(text, '--health')).toThrow(message);
  });
});
