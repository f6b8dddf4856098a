import { beforeAll, describe, expect, it } from 'vitest';
import { foreignCommand, foreignFlag, foreignSubcommand } from '../../src/commands/foreign.js';
import { globalFlags } from '../../src/commands/global-flags.js';
import { commands, findCommand } from '../../src/commands/index.js';
import { parseCommandLine } from '../../src/commands/parse.js';
import { peer } from '../support/run.js';
import { tools } from '../support/tools.js';

const parse = (...argv: string[]) => parseCommandLine(argv, 80);

describe('what only the nats command has', () => {
  it.each([
    [['stream', 'ls'], '"stream" is for JetStream, which natsctl leaves to the nats command: use nats stream'],
    [['obj', 'get', 'a', '--force'], '"obj" is for JetStream, which natsctl leaves to the nats command: use nats obj'],
    [['--json', 'kv', 'ls'], '"kv" is for JetStream, which natsctl leaves to the nats command: use nats kv'],
    [
      ['server', 'report', 'connections', '--sort', 'subs'],
      '"server report" is for server administration, which natsctl leaves to the nats command: use nats server report',
    ],
    [['server', 'report', '--help'], expect.stringContaining('use nats server report')],
    [['server', 'ls'], expect.stringContaining('use nats server ls')],
    [['micro', 'serve', 'demo', '-H', 'a:b'], 'natsctl has no "service serve": use nats service serve'],
    [['service', 'req', '--help'], 'natsctl has no "service req": use nats service req'],
    [['sub', 'a', '--stream', 'ORDERS'], expect.stringContaining('use nats sub --stream')],
    [['subscribe', 'a', '--frob', '--all'], expect.stringContaining('use nats sub --all')],
    [['pub', 'a', '-J'], expect.stringContaining('use nats pub -J')],
    [['request', 'a', '--translate', 'jq'], 'natsctl has no --translate: use nats request --translate'],
    [['--js-domain', 'hub', 'sub', 'a'], expect.stringContaining('use nats sub --js-domain')],
    [['--js-domain=hub'], expect.stringContaining('use nats --js-domain')],
  ])('is an error of usage that names it: %j', async (argv, message) => {
    await expect(parse(...argv)).rejects.toMatchObject({
      kind: 'usage',
      exitCode: 2,
      message,
      details: { use: expect.stringMatching(/^nats /) },
    });
  });

  it('fails as the command does that passes the exit code of another on', async () => {
    await expect(parse('run', '--js-domain', 'hub', '--', 'true')).rejects.toMatchObject({ exitCode: 125 });
  });

  it('does not stand in the way of what natsctl has', async () => {
    expect(await parse('server')).toMatchObject({ kind: 'run' });
    expect(await parse('request', 'stream', '--', '--all')).toMatchObject({
      kind: 'run',
      operands: ['stream', '--all'],
    });
    for (const { name, aliases = [] } of commands) {
      for (const one of [name, ...aliases]) expect(foreignCommand(one)).toBeUndefined();
    }
  });
});

describe.skipIf(tools.nats.path === undefined)('of the nats command', () => {
  let listed: readonly string[];

  /** The names in a list of the peer's help: a line each, two blanks, the name, blanks, a sentence. */
  async function namesIn(args: readonly string[], heading: string): Promise<string[]> {
    const help = (await peer([...args, '--help'])).stdout;
    const list = help.split(`${heading}:\n`)[1]?.split('\n\n')[0] ?? '';
    const names = [...list.matchAll(/^ {2}(\S.*?) {2,}\S/gm)].map(([, name]) => name as string);
    const aliases = /^Command Aliases: (.*)$/m.exec(help)?.[1]?.split(', ') ?? [];
    return [...names, ...aliases];
  }

  beforeAll(async () => {
    listed = await namesIn([], 'Commands');
  });

  it('each command and each of its aliases is ours, or named', async () => {
    expect(listed.length).toBeGreaterThan(20);
    for (const command of listed) {
      const aliases = (await namesIn([command], 'no list')).filter((name) => name !== command);
      for (const name of [command, ...aliases]) {
        const isKnown = findCommand(name) !== undefined || foreignCommand(name) !== undefined;
        expect(isKnown, name).toBe(true);
      }
    }
  });

  it('each subcommand of server is named', async () => {
    const subcommands = (await namesIn(['server'], 'Subcommands')).filter((name) => name.startsWith('server '));
    expect(subcommands.length).toBeGreaterThan(5);
    for (const name of subcommands) expect(foreignSubcommand('server', name.split(' ')[1]), name).toBeDefined();
  });

  it('each subcommand of service is ours, or named', async () => {
    const subcommands = (await namesIn(['service'], 'Subcommands')).filter((name) => name.startsWith('service '));
    expect(subcommands.length).toBeGreaterThan(3);
    const { subcommands: ours = {} } = (await findCommand('service')?.load()) ?? {};
    const known = Object.entries(ours).flatMap(([own, { aliases = [] }]) => [own, ...aliases]);
    for (const path of subcommands) {
      const own = path.split(' ')[1] ?? '';
      const aliases = (await namesIn(['service', own], 'no list')).filter((name) => !name.includes(' '));
      for (const name of [own, ...aliases]) {
        expect(known.includes(name) || foreignSubcommand('service', name) !== undefined, name).toBe(true);
      }
    }
  });

  it.each(['pub', 'sub', 'request', 'reply', 'rtt'])('each flag of %s is ours, or named', async (name) => {
    const help = (await peer([name, '--help'])).stdout;
    const flags = [...help.matchAll(/^ +(?:-(\w), )?--(\[no-\])?([\w-]+)/gm)].flatMap(([, short, no, long]) => [
      long as string,
      ...(no === undefined || long === 'tlsfirst' || long === 'trace' ? [] : [`no-${long}`]),
      ...(short === undefined ? [] : [short]),
    ]);
    expect(flags.length).toBeGreaterThan(15);
    const command = await findCommand(name)?.load();
    const ours = Object.entries({ ...globalFlags, ...command?.flags }).flatMap(([flag, definition]) => {
      const { alias = '', peerNames = [] } = definition as { alias?: string; peerNames?: readonly string[] };
      return [flag, alias, ...peerNames];
    });
    const known = new Set([...ours, 'help', 'h', 'version']);
    const missing = flags.filter((flag) => !known.has(flag) && foreignFlag(name, [flag]) === undefined);
    expect(missing).toEqual([]);
  });
});
