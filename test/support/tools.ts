import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pins from '../../tools.json' with { type: 'json' };

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of a tool and where it is; no path where it was not found. */
export interface Tool {
  readonly name: string;
  readonly path: string | undefined;
}

/** The programs that tests run against. */
export interface Tools {
  readonly natsServer: Tool;
  /** The oldest nats-server that natsctl is tested with: Debian's. */
  readonly natsServerOld: Tool;
  /** The peer: the command `nats`. */
  readonly nats: Tool;
  /** A client in Go: test/support/go-client. */
  readonly goClient: Tool;
  /** Shells that natsctl has completions for. */
  readonly zsh: Tool;
  readonly fish: Tool;
  /** A browser without a window, for the report pages of benchmarks. */
  readonly chromium: Tool;
  /** With `promtool` beside it. */
  readonly prometheus: Tool;
  /** One for each Node release line that natsctl supports. */
  readonly nodes: readonly Tool[];
}

/** What {@link findTools} looks at. */
export interface Surroundings {
  readonly env: Environment;
  /** Where `npm run tools` installs. */
  readonly toolsDir: string;
  /** The Node that runs the tests. */
  readonly ownNode: { readonly version: string; readonly path: string };
  readonly isProgram: (path: string) => boolean;
}

/** Finds each tool: the path in its environment variable, else in `.tools/`, else on the PATH. */
export function findTools({ env, toolsDir, ownNode, isProgram }: Surroundings): Tools {
  const named = (variable: string, path: string) => {
    if (isProgram(path)) return path;
    throw new Error(`${variable}: ${path} is not a program`);
  };
  const find = (variable: string, pinnedPath: string, onPath: readonly string[]) => {
    const override = env[variable];
    if (override) return named(variable, override);
    return [join(toolsDir, pinnedPath), ...onPath].find(isProgram);
  };
  const onPath = (program: string) => (env.PATH ?? '').split(delimiter).map((dir) => join(dir, program));
  const nodes = (env.NATSCTL_NODES ?? '').split(delimiter).filter((path) => path !== '');

  return {
    natsServer: {
      name: `nats-server ${pins.natsServer.version}`,
      path: find('NATSCTL_NATS_SERVER', pins.natsServer.path, onPath('nats-server')),
    },
    natsServerOld: {
      name: `nats-server ${pins.natsServerOld.version}`,
      path: find('NATSCTL_NATS_SERVER_OLD', pins.natsServerOld.path, []),
    },
    nats: {
      name: `nats ${pins.nats.version}`,
      path: find('NATSCTL_NATS', pins.nats.path, onPath('nats')),
    },
    goClient: {
      name: `the Go client ${pins.goClient.version}`,
      path: find('NATSCTL_GO_CLIENT', pins.goClient.path, []),
    },
    zsh: { name: 'zsh', path: find('NATSCTL_ZSH', pins.zsh.path, onPath('zsh')) },
    fish: { name: 'fish', path: find('NATSCTL_FISH', pins.fish.path, onPath('fish')) },
    chromium: {
      name: 'Chromium',
      path: find('NATSCTL_CHROMIUM', pins.chromium.path, [
        ...onPath('chromium'),
        ...onPath('chromium-headless-shell'),
        ...onPath('google-chrome'),
      ]),
    },
    prometheus: {
      name: 'prometheus',
      path: find('NATSCTL_PROMETHEUS', pins.prometheus.path, onPath('prometheus')),
    },
    nodes:
      nodes.length > 0
        ? nodes.map((path) => ({ name: `Node at ${path}`, path: named('NATSCTL_NODES', path) }))
        : pins.nodes.map(({ version, path }) => ({
            name: `Node ${majorOf(version)}`,
            path: [join(toolsDir, path), ...(majorOf(version) === majorOf(ownNode.version) ? [ownNode.path] : [])].find(
              isProgram,
            ),
          })),
  };
}

function majorOf(version: string): string {
  return version.replace(/^v/, '').split('.')[0] ?? version;
}

/** The tools of this machine. `describe.skipIf(!tools.natsServer.path)` leaves out tests that have none. */
export const tools: Tools = findTools({
  env: process.env,
  toolsDir: fileURLToPath(new URL('../../.tools', import.meta.url)),
  ownNode: { version: process.version, path: process.execPath },
  isProgram,
});

/** The servers that natsctl must work with: the current one and the old one. */
export const natsServers: readonly Tool[] = [tools.natsServer, tools.natsServerOld];

/** Whether a missing tool fails the run, as in CI, or only leaves out the tests that need it. */
export function areToolsRequired(env: Environment): boolean {
  return env.CI === 'true' || env.NATSCTL_REQUIRE_TOOLS === '1';
}

/** The path of a tool; throws where it is missing. */
export function requireTool(name: Exclude<keyof Tools, 'nodes'>): string {
  const { path } = tools[name];
  if (path === undefined) throw new Error(`${tools[name].name} is missing: npm run tools`);
  return path;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
