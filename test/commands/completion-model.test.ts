import { describe, expect, it } from 'vitest';
import { type Command, defineCommand } from '../../src/commands/command.js';
import { commandModel } from '../../src/commands/completion-model.js';

const flags = { force: { kind: 'switch', alias: 'f', describe: 'Never ask' } } as const;
const page = { describe: 'a page', examples: [] };
const entry = { name: 'context', aliases: ['ctx'], describe: 'Contexts' };

const context = defineCommand({
  ...page,
  usage: 'context SUBCOMMAND [NAME…]',
  operands: {},
  completes: [['rm', 'delete'], 'context'],
  flags,
  subcommands: {
    rm: { ...page, usage: 'context rm NAME…', operands: { NAME: 'which' }, flags, aliases: ['remove', 'delete'] },
    add: {
      ...page,
      usage: 'context add NAME [FILE]',
      operands: { NAME: 'new' },
      flags: {},
      completes: [undefined, 'file'],
    },
    previous: { ...page, usage: 'context previous', operands: {}, flags: {} },
  },
  run: async () => 0,
}) as unknown as Command;

describe('what the shells complete a command with', () => {
  it('leaves the operands of a command with subcommands to these', () => {
    expect(commandModel(entry, context)).toMatchObject({
      ...entry,
      operands: [],
      furtherOperands: { kind: 'text' },
      flags: [{ names: ['--force', '-f'], value: undefined }],
    });
  });

  it('gives each subcommand its names, flags and operands, those of its command where it has none of its own', () => {
    expect(commandModel(entry, context).subcommands).toMatchObject([
      {
        name: 'rm',
        aliases: ['remove'],
        flags: [{ names: ['--force', '-f'] }],
        operands: [{ kind: 'context' }],
        furtherOperands: { kind: 'context' },
      },
      { name: 'delete', aliases: [], flags: [{ names: ['--force', '-f'] }], operands: [{ kind: 'context' }] },
      { name: 'add', flags: [], operands: [{ kind: 'text' }, { kind: 'file' }], furtherOperands: { kind: 'text' } },
      { name: 'previous', operands: [], furtherOperands: { kind: 'text' } },
    ]);
  });
});
