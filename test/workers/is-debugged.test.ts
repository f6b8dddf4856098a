import { expect, it } from 'vitest';
import { isDebugged } from '../../src/workers/is-debugged.js';

it.each([
  [['--inspect'], '', true],
  [['--inspect-brk=127.0.0.1:0'], '', true],
  [['--enable-source-maps'], '--max-old-space-size=64 --inspect-wait', true],
  [['--inspect-port=0'], '--inspect-publish-uid=http', false],
  [[], '', false],
])('a process with %j and NODE_OPTIONS=%j stands still in a debugger: %s', (execArgv, options, expected) => {
  expect(isDebugged(execArgv, options)).toBe(expected);
});
