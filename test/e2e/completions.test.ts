import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flag } from '../../src/commands/flags.js';
import { globalFlags } from '../../src/commands/global-flags.js';
import { commands } from '../../src/commands/index.js';
import { type FlagModel, makeScripts, type Offer, type ProgramModel } from '../../src/completion/index.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { type CompletingShell, createBash, createFish, createZsh, PATIENT_COMPLETION } from '../support/shells.js';
import { hasBash, hasTerminal } from '../support/terminal.js';
import { tools } from '../support/tools.js';

/** Names that a shell would act on if it expanded them. */
const TRICKS = [
  'e0.$(touch$IFS$HOME/pwned)',
  'e1.`touch$IFS$HOME/pwned`',
  "e2.';touch$IFS$HOME/pwned;'",
  'e3.";touch$IFS$HOME/pwned;"',
  'e4.&touch;|<x',
  'e5.\\n\\\\x',
  'e6.!!',
  'e7.{a,b}[c]*?~',
  'e8.%F{red}%n:x=1',
  'e9.$HOME',
  'ea.é-#',
];
/** Names that no terminal should see. */
const UNSHOWN = ['f0.\u001b[2J', 'f1.\u009b2J', 'f2.\u202ex', 'f3.a b', 'f4.a\nb', 'f5.\u0000'];

const hasServer = tools.natsServer.path !== undefined;

let server: NatsServer;
let service: NatsConnection;

beforeAll(async () => {
  if (!hasServer) return;
  server = await startNatsServer({
    config: `authorization { users: [
      { user: ann, password: 'a b$c' }
      { user: deaf, password: x, permissions: { publish: nothing } } ] }`,
  });
  service = await connect({ servers: server.url, user: 'ann', pass: 'a b$c' });
  const subjects = ['orders.new', 'orders.list', '$X.one', ...TRICKS, ...UNSHOWN];
  const info = { name: 'orders', description: 'sells\u001b[2J', endpoints: subjects.map((subject) => ({ subject })) };
  service.subscribe('$SRV.INFO', {
    callback(_, request) {
      request.respond('not JSON');
      request.respond(JSON.stringify({ endpoints: [null, {}, { subject: 1 }] }));
      request.respond(JSON.stringify(info));
    },
  });
  await service.flush();
});

afterAll(async () => {
  await service?.close();
  await server?.[Symbol.asyncDispose]();
});

const login = (): string => `-s ${server.url} --user ann --password 'a b$c'`;
/** The offer without its description. */
const bare = (offers: readonly string[]): string[] => offers.map((offer) => offer.split('\t')[0] ?? '').sort();
const own = (shell: CompletingShell, line: string): Promise<string[]> => shell.offers(line).then(bare);

const SHELLS = [
  { name: 'bash', create: createBash, isThere: hasBash && hasTerminal },
  { name: 'zsh', create: createZsh, isThere: tools.zsh.path !== undefined && hasTerminal },
  { name: 'fish', create: createFish, isThere: tools.fish.path !== undefined && hasTerminal },
];

for (const { name, create, isThere } of SHELLS) {
  describe.skipIf(!(isThere && hasServer))(`the completion of ${name}`, () => {
    let shell: CompletingShell;

    beforeAll(() => {
      shell = create();
      const contexts = join(shell.home, '.config', 'nats', 'context');
      mkdirSync(contexts, { recursive: true });
      for (const context of ['prod', 'prod eu', 'it$(x)']) writeFileSync(join(contexts, `${context}.json`), '{}');
      writeFileSync(join(shell.home, 'my creds'), '');
    });

    it('offers the commands', async () => {
      expect(await own(shell, 'natsctl ')).toEqual(commands.map((command) => command.name).sort());
      expect(await own(shell, 'natsctl -j -s nats://x:4222 re')).toEqual(['reply', 'request']);
    });

    it('offers the flags of the command, and those that are there for every command', async () => {
      const { flags } = (await commands.find((command) => command.name === 'sub')?.load()) ?? { flags: {} };
      const names = Object.entries<Flag>({ ...globalFlags, ...flags }).flatMap(([flag, { hidden }]) =>
        hidden ? [] : [flag],
      );
      const all = [...names, 'help', 'version'].map((flag) => `--${flag}`).sort();
      expect(await own(shell, 'natsctl sub --')).toEqual(all);
      expect(await own(shell, 'natsctl subscribe a --enc')).toEqual(['--encoding']);
    });

    it('offers choices and services, behind a blank and behind =', async () => {
      expect(await own(shell, 'natsctl sub --encoding ')).toEqual(['base64', 'hex', 'utf8']);
      expect((await own(shell, 'natsctl sub --encoding=b')).map((offer) => offer.replace(/^.*=/, ''))).toEqual([
        'base64',
      ]);
      expect(await own(shell, 'natsctl --creds a serve --workers 3 ')).toEqual(['echo', 'greeter', 'registry', 'time']);
    });

    it('offers nothing where only the user knows', async () => {
      expect(await own(shell, 'natsctl sub --count ')).toEqual([]);
      expect(await own(shell, 'natsctl nonsense ')).toEqual([]);
    });

    it('offers files where a file is due, in the way of the shell', async () => {
      expect(await shell.run('natsctl --creds my\t', 'natsctl request a --file=my\t', 'natsctl sub a <my\t')).toEqual([
        ['--creds', 'my creds'],
        ['request', 'a', '--file=my creds'],
        ['sub', 'a'],
      ]);
    });

    it('offers programs and then files behind the -- of run', async () => {
      expect(await own(shell, 'natsctl run --serve greeter -- natsc')).toEqual(['natsctl']);
      expect(await shell.run('natsctl run -- cat my\t')).toEqual([['run', '--', 'cat', 'my creds']]);
    });

    it('offers contexts, blanks and dollars in them quoted', async () => {
      const lines = ['--context prod\\ \t', "--context 'prod \t", '--context=prod\\ \t', '--context it\t'];
      expect(await shell.run(...lines.map((line) => `natsctl ${line}`))).toEqual([
        ['--context', 'prod eu'],
        ['--context', 'prod eu'],
        ['--context=prod eu'],
        ['--context', 'it$(x)'],
      ]);
    });

    it('offers the subcommands of context, and contexts where one is due', async () => {
      const all = ['add', 'copy', 'edit', 'info', 'ls', 'previous', 'rm', 'save', 'select', 'show', 'unselect'];
      expect(await own(shell, 'natsctl context ')).toEqual([...all, 'validate']);
      expect(await own(shell, 'natsctl ctx sel')).toEqual(['select']);
      expect(await own(shell, 'natsctl context ls ')).toEqual([]);
      expect(await shell.run('natsctl context show it\t', 'natsctl ctx validate prod it\t')).toEqual([
        ['context', 'show', 'it$(x)'],
        ['ctx', 'validate', 'prod', 'it$(x)'],
      ]);
    });

    it('offers the subjects of live services, reached as the line says', async () => {
      expect(await own(shell, `natsctl ${login()} request or`)).toEqual(['orders.list', 'orders.new']);
      expect(await own(shell, `natsctl sub ${login()} orders.list orders.n`)).toEqual(['orders.new']);
      expect(await own(shell, `natsctl request ${login()} orders.new `)).toEqual([]);
    });

    it('offers the names of live services where one is due, reached as the line says', async () => {
      expect(await own(shell, 'natsctl service ')).toEqual(['info', 'ls', 'ping', 'stats', 'wait']);
      for (const subcommand of ['info', 'stats', 'wait', 'ping', 'ls']) {
        expect(await own(shell, `natsctl service ${login()} ${subcommand} o`)).toEqual(['orders']);
      }
      expect(await own(shell, `natsctl micro ${login()} info orders `)).toEqual([]);
      expect(await own(shell, 'natsctl service wait --')).not.toContain('--watch');
    });

    it('is silent where there is no server, and where the server refuses', async () => {
      expect(await own(shell, 'natsctl -s 127.0.0.1:1 request ')).toEqual([]);
      expect(await own(shell, `natsctl -s ${server.url} --user ann --password wrong request `)).toEqual([]);
      expect(await own(shell, `natsctl -s ${server.url} --user deaf --password x request `)).toEqual([]);
    });

    it('takes the names that services give themselves for texts, never for something to run', async () => {
      const type = async (...words: readonly string[]) => {
        const calls = await shell.run(...words.map((word) => `natsctl ${login()} sub ${word}\t`));
        return calls.map((args) => args.at(-1));
      };
      expect(await type(...TRICKS.map((trick) => trick.slice(0, 2)))).toEqual(TRICKS);
      expect(await type("'e0", "'$X", '"e0', '"e1')).toEqual([TRICKS[0], '$X.one', TRICKS[0], TRICKS[1]]);
      const unshown = (await own(shell, `natsctl ${login()} sub f`)).filter((offer) => offer.startsWith('f'));
      expect(unshown).toEqual([]);
      expect(readdirSync(shell.home)).not.toContain('pwned');
    });
  });
}

/** A command with commands of its own, in a program that has no other. */
const withSubcommands: ProgramModel = {
  flags: [],
  commands: [
    {
      ...{
        name: 'context',
        aliases: ['ctx'],
        describe: 'Manage contexts',
        operands: [],
        furtherOperands: { kind: 'text' },
      },
      flags: [flagModel('--force'), flagModel('--description', { kind: 'text' })],
      runsProgram: false,
      subcommands: [
        {
          ...{ name: 'rm', aliases: ['delete'], describe: 'Remove: for ever', furtherOperands: { kind: 'text' } },
          operands: [{ kind: 'choices', choices: ['prod', 'staging'] }],
          flags: [flagModel('--force')],
        },
        {
          ...{ name: 'copy', aliases: [], describe: 'Copy', operands: [], furtherOperands: { kind: 'context' } },
          flags: [flagModel('--description', { kind: 'choices', choices: ['short', 'long'] })],
        },
      ],
    },
  ],
};

function flagModel(name: string, value?: Offer): FlagModel {
  return { names: [name], silentNames: [], describe: 'a flag', value, repeats: false };
}

for (const { name, create, isThere } of SHELLS) {
  describe.skipIf(!(isThere && hasServer))(
    `the completion of ${name} for a command with subcommands`,
    { timeout: 60_000 },
    () => {
      let shell: CompletingShell;

      beforeAll(() => {
        const folder = createTempDir('scripts');
        const functions = new URL('../../src/completion/', import.meta.url);
        for (const [file, script] of Object.entries(makeScripts(withSubcommands, functions))) {
          writeFileSync(join(folder, file), script);
        }
        shell = create(folder);
        const contexts = join(shell.home, '.config', 'nats', 'context');
        mkdirSync(contexts, { recursive: true });
        for (const context of ['old', 'older']) writeFileSync(join(contexts, `${context}.json`), '{}');
      });

      it.each([
        ['context ', ['copy', 'rm']],
        ['ctx c', ['copy']],
        ['context --force ', ['copy', 'rm']],
        ['context --description rm ', ['copy', 'rm']],
        ['context rm ', ['prod', 'staging']],
        ['ctx delete s', ['staging']],
        ['context rm prod ', []],
        ['context rm --', ['--force']],
        ['context rm prod --f', ['--force']],
        ['ctx copy --', ['--description']],
        ['context copy --description ', ['long', 'short']],
        ['context copy --description long old o', ['old', 'older']],
        ['context copy copy o', ['old', 'older']],
        ['context nonsense ', []],
      ])('offers to "natsctl %s" %j', async (line, offers) => {
        expect(await own(shell, `natsctl ${line}`)).toEqual(offers);
      });
    },
  );
}

describe('natsctl completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints the script of %s', async (shell) => {
    const { code, stdout } = await natsctl(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${shell} completion for natsctl`);
  });

  it('names the nearest shell', async () => {
    const { code, stderr } = await natsctl(['completion', 'fishy']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean fish?');
  });
});

describe.skipIf(!hasServer)('natsctl __complete', () => {
  const ask = (args: readonly string[], words: readonly string[], env = {}) =>
    natsctl(['__complete', ...args], { stdin: words.map((word) => `${word}\0`).join(''), env });

  it('tells of each subject whose it is, control characters left out', async () => {
    const { stdout } = await ask(
      ['subject', 'fish'],
      ['natsctl', '-s', server.url, '--user=ann', '--password', 'a b$c'],
      PATIENT_COMPLETION,
    );
    expect(stdout).toContain('orders.new\torders: sells\\e[2J\n');
  });

  it('gives up on a server that hangs, after a time that the environment says', async () => {
    server.suspend();
    try {
      const hung = (env = {}) => ask(['subject', 'zsh'], ['natsctl', '-s', server.url], env);
      const { code, stdout, stderr, durationMs } = await hung();
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(durationMs).toBeLessThan(5_000);
      expect((await hung({ NATSCTL_COMPLETION_TIMEOUT: '1s' })).durationMs).toBeGreaterThan(1_000);
    } finally {
      server.resume();
    }
  });

  it('says nothing where the environment says no time', async () => {
    const words = ['natsctl', '-s', server.url, '--user=ann', '--password', 'a b$c'];
    const answer = await ask(['subject', 'fish'], words, { NATSCTL_COMPLETION_TIMEOUT: 'soon' });
    expect(answer).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    [
      ['subject', 'zsh'],
      ['natsctl', '-s', '$(touch pwned)'],
    ],
    [['subject', 'tcsh'], ['natsctl']],
    [['nonsense', 'zsh'], ['natsctl']],
    [[], []],
  ])('says nothing to %j %j', async (args, words) => {
    const cwd = createTempDir('complete');
    expect(
      await natsctl(['__complete', ...args], { cwd, stdin: words.map((word) => `${word}\0`).join('') }),
    ).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(join(cwd, 'pwned'))).toBe(false);
  });

  it('is not in the help', async () => {
    expect((await natsctl(['--help'])).stdout).not.toContain('__complete');
  });
});
