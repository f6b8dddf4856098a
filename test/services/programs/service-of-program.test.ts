import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { ProcessGroups } from '../../../src/programs/index.js';
import { checkDefinition } from '../../../src/services/check-definition.js';
import { endpointNames, serviceOfProgram } from '../../../src/services/programs/service-of-program.js';

it.each([
  [['up.case'], ['up-case']],
  [
    ['a.b', 'a-b', 'a.b.>'],
    ['a-b', 'a-b-2', 'a-b-3'],
  ],
  [
    ['>', '*'],
    ['service', 'service-2'],
  ],
  [['7'], ['subject-7']],
  [['größe'], ['gr-e']],
])('names the endpoints of %j %j', (subjects, names) => {
  expect(endpointNames(subjects)).toEqual(names);
});

it.each(['exec', 'stdio'] as const)(
  'makes a service as any other of a program of --%s, without its arguments',
  (kind) => {
    const program = { name: '/opt/bin/tr', file: '/opt/bin/tr', args: ['secret'] };
    const scope = {
      env: {},
      groups: new ProcessGroups(new EventEmitter()),
      log: () => undefined,
      warn: () => undefined,
      fail: () => undefined,
    };
    const definition = serviceOfProgram({ kind, name: 'upper', subjects: ['up.*', 'up'], program }, scope);
    expect(checkDefinition(definition, 'test')).toBe(definition);
    expect(definition).toMatchObject({
      name: 'upper',
      version: '0.0.0',
      endpoints: { up: { subject: 'up.*' }, 'up-2': { subject: 'up' } },
    });
    expect(JSON.stringify(definition)).not.toContain('secret');
  },
);
