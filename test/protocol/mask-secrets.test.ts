import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/protocol/mask-secrets.js';

describe('maskSecrets', () => {
  it.each([
    [
      'CONNECT {"user":"anna","pass":"hunter2","verbose":false}',
      'CONNECT {"user":"anna","pass":"[masked]","verbose":false}',
    ],
    ['connect {"auth_token":"hunter2"}', 'connect {"auth_token":"[masked]"}'],
    ['CONNECT {"PASS":"hunter2"}', 'CONNECT {"PASS":"[masked]"}'],
    ['CONNECT {"p\\u0061ss":"hunter2"}', 'CONNECT {"pass":"[masked]"}'],
    ['CONNECT {"pass":["hunter2"]}', 'CONNECT {"pass":"[masked]"}'],
    [
      'CONNECT {"jwt":"hunter2","sig":"hunter2","nkey":"hunter2"}',
      'CONNECT {"jwt":"[masked]","sig":"[masked]","nkey":"[masked]"}',
    ],
    ['CONNECT {"pass":"hunter2"', 'CONNECT [cannot be read]'],
    ['CONNECT{"pass":\'hunter2\'}', 'CONNECT [cannot be read]'],
    ['PUB foo 2\r\n{}', 'PUB foo 2\r\n{}'],
  ])('%s', (operation, shown) => {
    expect(maskSecrets(operation)).toBe(shown);
  });
});
