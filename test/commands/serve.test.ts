import { describe, expect, it } from 'vitest';
import { runCommand } from './run-command.js';

describe('serve refuses before it starts anything', () => {
  it.each([
    [[], 'SERVICE is missing'],
    [['greeter', 'another'], 'there is no service "another"'],
    [['./nothing.ts'], 'there is no file ./nothing.ts'],
    [['src/'], 'src/ is a folder'],
    [['package.json'], 'package.json is no module: its name ends neither like TypeScript nor like JavaScript'],
    [['greeter', '--handler-timeout', '30'], '--handler-timeout: "30" is not a duration'],
    [['greeter', '--concurrency', '0'], '--concurrency: "0" is not a whole number from 1 to 1000000'],
    [['greter'], 'there is no service "greter"'],
    [['greeter', '--workers', '0'], '--workers: "0" is not a whole number from 1 to 256'],
    [['greeter', '--workers', '257'], '--workers: "257" is not a whole number from 1 to 256'],
    [['greeter', '--workers', 'many'], '--workers: "many" is not a whole number from 1 to 256'],
    [['greeter', '--queue', ''], '--queue: a queue group needs a name'],
    [['greeter', '--queue', 'my group'], expect.stringContaining('--queue: invalid queue group "my group"')],
    [['greeter', '--log', 'loud'], '--log: "loud" is none of text, json, off'],
    [['greeter', '--log', 'text', '--json'], '--json and --log text exclude each other'],
    [['greeter', 'time', '--watch'], '--watch: there is no module to watch'],
    [['greeter', '--grace', '10'], '--grace: "10" is not a duration'],
    [['--', 'tr', 'a', 'b'], 'a program after -- needs --exec or --stdio'],
    [['greeter', '--', 'tr'], 'a program after -- needs --exec or --stdio'],
    [['greeter', '--subject', 'a'], '--subject goes with --exec or --stdio'],
    [['greeter', '--name', 'a'], '--name goes with --exec or --stdio'],
    [['--subject', 'a'], '--subject goes with --exec or --stdio'],
    [['--exec', '--stdio', '--subject', 'a', '--', 'tr'], '--exec and --stdio exclude each other'],
    [
      ['greeter', '--exec', '--subject', 'a', '--', 'tr'],
      '--exec serves a program, and no service "greeter" beside it',
    ],
    [['--stdio', '--subject', 'a', 'python3', 'w.py'], '--stdio serves a program, and no service "python3" beside it'],
    [['--exec', '--subject', 'a'], '--exec: the program is missing'],
    [['--stdio', '--subject', 'a', '--'], '--stdio: the program is missing'],
    [['--exec', '--', 'tr'], '--exec: --subject is missing'],
    [['--exec', '--subject', 'a b', '--', 'tr'], expect.stringContaining('"a b"')],
    [['--exec', '--subject', 'a', '--subject', 'a', '--', 'tr'], '--subject: a is given twice'],
    [['--exec', '--subject', 'a', '--name', 'a.b', '--', 'tr'], '--name: "a.b" is no service\'s name'],
    [['--exec', '--subject', 'a', '--', 'no-such-program'], 'no-such-program: not found'],
    [['--stdio', '--subject', 'a', '--', 'tr a b'], 'tr a b: not found'],
    [['--exec', '--subject', 'a', '--', './src'], './src: cannot be executed'],
    [['greeter', '--timeout', '5'], '--timeout: "5" is not a duration'],
  ])('%j', async (argv, message) => {
    const { error, stdout } = await runCommand(['serve', ...argv]);
    expect(error).toMatchObject({ kind: 'usage', message });
    expect(stdout.text()).toBe('');
  });
});
