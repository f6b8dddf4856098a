import { describe, expect, it } from 'vitest';
import type { HelpFlags, HelpPage } from '../../src/help/page.js';
import { commandHelp, MOST_LINES } from '../../src/help/render.js';

const globalFlags: HelpFlags = {
  server: { kind: 'value', alias: 's', group: 'Connection:', describe: 'Servers' },
  creds: { kind: 'value', group: 'Connection:', describe: 'Credentials' },
  json: { kind: 'switch', alias: 'j', group: 'Output:', describe: 'JSON' },
};

const greet: HelpPage = {
  usage: 'greet NAME',
  describe: 'Say hello',
  operands: { NAME: 'Whom to greet' },
  flags: {
    file: { kind: 'value', alias: 'f', describe: 'Names', completes: 'file' },
    loud: { kind: 'switch', group: 'How:', describe: 'Louder' },
    tone: { kind: 'value', group: 'How:', describe: 'The tone', choices: ['low', 'high'], default: 'low' },
    old: { kind: 'switch', hidden: true, describe: 'Not shown' },
  },
  examples: [
    ['natsctl greet World', 'once'],
    ['natsctl greet World --loud', 'twice'],
  ],
};

/** As many flags as that, in two groups. */
function pageOf(count: number): HelpPage {
  const flags = Array.from({ length: count }, (_, index): [string, HelpFlags[string]] => [
    `flag-${index}`,
    { kind: 'switch', describe: 'One', group: index % 2 === 0 ? 'Even:' : 'Odd:' },
  ]);
  return { ...greet, flags: Object.fromEntries(flags) };
}

describe('the help of a command', () => {
  it('has its usage, operands, flags in their groups, examples, exit codes and what all commands share', () => {
    expect(commandHelp(greet, globalFlags, 80)).toBe(
      `
natsctl greet NAME
Say hello

  NAME  Whom to greet

Flags:
  -f, --file FILE  Names

How:
  --loud           Louder
  --tone low|high  The tone (default: low)

Examples:
  natsctl greet World         # once
  natsctl greet World --loud  # twice

Exit codes: natsctl help exit-codes

Connection: -s --server, and more: natsctl help connection
Output: -j --json, -h --help
`.trim(),
    );
  });

  it('says of exit codes what the command says of them', () => {
    const text = commandHelp({ ...greet, epilogue: 'It waves.\n\nExit codes: 0 greeted.' }, globalFlags, 80);
    expect(text).toContain('\n\nIt waves.\nExit codes: 0 greeted.\n\n');
    expect(text).not.toContain('natsctl help exit-codes');
  });

  it('leaves the flags for the connection out where there is none', () => {
    expect(commandHelp({ ...greet, offline: true }, globalFlags, 80)).not.toContain('Connection:');
  });

  it('sets a long help closer, in two steps', () => {
    const linesOf = (count: number) => commandHelp(pageOf(count), globalFlags, 80).split('\n');
    const blanks = (count: number) => linesOf(count).filter((line) => line === '').length;
    expect(blanks(10)).toBe(6);
    expect(blanks(34)).toBe(5);
    expect(blanks(38)).toBe(0);
    expect(linesOf(38).length).toBeLessThanOrEqual(MOST_LINES);
  });

  it('puts an explanation above an example that leaves no room for it', () => {
    const long = `natsctl greet ${'x'.repeat(50)}`;
    const text = commandHelp({ ...greet, examples: [[long, 'somebody with a long name']] }, globalFlags, 80);
    expect(text).toContain(`Examples:\n  # somebody with a long name\n  ${long}\n`);
  });
});
