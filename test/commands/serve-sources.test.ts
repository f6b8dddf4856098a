import { expect, it } from 'vitest';
import { chooseServices } from '../../src/commands/serve-sources.js';

const place = { path: '/bin', folder: '/' };
const none = { exec: false, stdio: false, subject: [], name: undefined };

it('serves what is named before the dashes', () => {
  expect(chooseServices(none, ['greeter', 'echo'], [], place)).toEqual([
    { kind: 'built_in', name: 'greeter' },
    { kind: 'built_in', name: 'echo' },
  ]);
});

it.each([
  ['exec', 'sh', undefined, 'sh'],
  ['stdio', 'sh', 'my_Shell-1', 'my_Shell-1'],
  ['stdio', '/bin/sh', undefined, 'sh'],
] as const)('serves with --%s what stands behind them: %s', (kind, command, name, served) => {
  const flags = { ...none, [kind]: true, subject: ['a.>', 'b'], name };
  expect(chooseServices(flags, [], [command, '-c', '', '--exec'], place)).toEqual([
    {
      kind,
      name: served,
      subjects: ['a.>', 'b'],
      program: { name: command, file: '/bin/sh', args: ['-c', '', '--exec'] },
    },
  ]);
});
