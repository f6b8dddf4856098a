import { expect, it } from 'vitest';
import { dumpFileName, nextDumpNumber } from '../../src/subscribing/dump-file-name.js';

it.each([
  [1, 'orders.new', '', '00000001-orders.new'],
  [123_456_789, 'a', '.json', '123456789-a.json'],
  [7, '../../etc/passwd', '', '00000007-..%2F..%2Fetc%2Fpasswd'],
  [7, '.hidden', '', '00000007-.hidden'],
  [7, 'a b\t\n\0\u001b[31m', '', '00000007-a%20b%09%0A%00%1B%5B31m'],
  [
    7,
    '$SRV.*.`x`"\'\\|;&<>~#?{}()!:%',
    '',
    '00000007-%24SRV.%2A.%60x%60%22%27%5C%7C%3B%26%3C%3E%7E%23%3F%7B%7D%28%29%21%3A%25',
  ],
  [7, 'grüße.日本.é', '', '00000007-grüße.日本.é'],
  [7, '\u202e\ufffd😀', '', '00000007-%E2%80%AE%EF%BF%BD%F0%9F%98%80'],
  [7, '\ud800', '', '00000007-%EF%BF%BD'],
  [7, '', '', '00000007-'],
])('names message %i on %j with %j %j', (number, subject, extension, expected) => {
  expect(dumpFileName(number, subject, extension)).toBe(expected);
});

it.each(['x'.repeat(1_000), 'ä'.repeat(500), '😀'.repeat(300), `a${' '.repeat(300)}`])(
  'cuts a subject that is too long for a file system, between its characters: %.9s',
  (subject) => {
    const name = dumpFileName(1, subject, '.json');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(name)).toBeGreaterThan(240);
    expect(name).toMatch(/^00000001-(\p{L}|%[0-9A-F]{2})*\.json$/u);
  },
);

it.each([
  [[], 1],
  [['00000001-a', '00000007-b.json', 'readme', '9-x'], 8],
  [['123456789-a'], 123_456_790],
  [['99999999999999999999-a', '.00000009-a'], 1],
])('goes on in a folder of %j with %i', (names, expected) => {
  expect(nextDumpNumber(names)).toBe(expected);
});
