import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseDuration, parseSize } from '../../src/units.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { type Network, noNetwork, openNetwork } from '../support/network.js';
import { canNotify, startNotifySocket } from '../support/notify-socket.js';
import { childrenOf, membersOfGroup } from '../support/processes.js';
import { type RunningProgram, type RunResult, runProgram, startProgram } from '../support/program.js';
import { requireTool, tools } from '../support/tools.js';
import { parseTimeSpan, parseUnit } from '../support/unit-file.js';
import { waitUntil } from '../support/wait-until.js';
import { root } from './serve-example.js';

const example = join(root, 'examples', 'deploy');
const read = (name: string): string => readFileSync(join(example, name), 'utf8');

/** What natsctl.config.ts says of the pool, as texts. */
const pool = Object.fromEntries(
  [...read('natsctl.config.ts').matchAll(/^ {6}(\w+): '?([^',]+)'?,$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);
const graceMs = parseDuration(pool['grace'] ?? '', 'grace');
/** What all workers may use, one more while one is replaced, and the supervisor with 100 MB. */
const mostMemoryBytes =
  (Number(pool['workers']) + 1) * parseSize(pool['memoryLimit'] ?? '', 'memoryLimit') + 100 * 1024 ** 2;

/** The folder that the image has as /app, and one for the PATH with a natsctl. */
function install(): { readonly app: string; readonly bin: string } {
  const app = createTempDir('app');
  cpSync(example, app, { recursive: true });
  const bin = createTempDir('bin');
  symlinkSync(join(root, 'bin', 'natsctl.js'), join(bin, 'natsctl'));
  symlinkSync(process.execPath, join(bin, 'node'));
  return { app, bin };
}

describe('the systemd unit', () => {
  const { Service: service = {} } = parseUnit(read('natsctl-orders.service'));
  const setting = (name: string): string => service[name]?.at(-1) ?? '';
  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

  it.skipIf(!hasAnalyze)('is one that systemd-analyze verify finds nothing in', async () => {
    const unit = join(createTempDir('unit'), 'natsctl-orders.service');
    // Of the programs it checks that they are there.
    writeFileSync(unit, read('natsctl-orders.service').replaceAll('/usr/local/bin/natsctl', '/bin/true'));
    expect(await runProgram('systemd-analyze', ['verify', unit])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('gives the pool the time and the memory that it may need', () => {
    expect(parseTimeSpan(setting('TimeoutStopSec'))).toBeGreaterThan(graceMs);
    expect(parseTimeSpan(setting('TimeoutStartSec'))).toBeGreaterThan(60_000);
    expect(setting('MemoryMax')).toBe('1G');
    expect(setting('OOMPolicy')).toBe('continue');
    expect(mostMemoryBytes).toBeLessThan(1024 ** 3);
  });

  it.skipIf(!canNotify || tools.natsServer.path === undefined)(
    'starts, reloads, is watched and stops as systemd has it: no request is lost',
    async () => {
      await using server = await startNatsServer();
      await using socket = await startNotifySocket();
      const { app, bin } = install();
      const runtime = join(createTempDir('unit'), 'orders');
      const env = {
        PATH: `${bin}:${process.env['PATH']}`,
        NATS_URL: server.url,
        NOTIFY_SOCKET: socket.path,
        // Shorter than the unit's, for this test.
        WATCHDOG_USEC: '1000000',
        ...Object.fromEntries(
          (service['Environment'] ?? []).map((one) => one.replace('/run/orders', runtime).split('=')),
        ),
      };
      /** A command of the unit, on this machine. */
      const command = (name: string): readonly string[] =>
        setting(name)
          .replace('/usr/local/bin/', `${bin}/`)
          .replace('/srv/orders', app)
          .replace('127.0.0.1:8080', '127.0.0.1:0')
          .split(' ');
      const [program = '', ...args] = command('ExecStart');
      await using main = startProgram(program, args, { env, cwd: '/' });
      await socket.waitForLine('stdout', /^READY=1 STATUS=serving orders with 2 workers$/m);
      await socket.waitForLine('stdout', /^WATCHDOG=1$/m);

      const client = await connect({ servers: server.url });
      const place = (workMs: number) =>
        client.request('orders.place', JSON.stringify({ item: 'fig', workMs }), { timeout: 15_000 });
      const slow = place(1_000);
      const [reload = '', ...reloadArgs] = command('ExecReload');
      expect(await runProgram(reload, reloadArgs, { env, cwd: '/' })).toMatchObject({ code: 0 });
      await socket.waitForLine('stdout', /^RELOADING=1/m);
      await socket.waitForLine('stdout', /^READY=1/m, { nth: 2 });
      expect((await slow).json()).toEqual({ item: 'fig', taken: true });

      const last = place(4_000);
      await waitUntil(async () => (await runningRequests(main)) === 1);
      expect(setting('KillMode')).toBe('mixed');
      const { code } = await main.stop('SIGTERM', parseTimeSpan(setting('TimeoutStopSec')));
      expect(code).toBe(0);
      expect((await last).json()).toEqual({ item: 'fig', taken: true });
      await client.close();
      await socket.waitForLine('stdout', /^STOPPING=1$/m);
      expect(membersOfGroup(main.pid)).toEqual([]);
    },
  );

  it('is not started again and again where that is of no use', () => {
    expect(setting('Restart')).toBe('on-failure');
    // A module that does not load, a login that is refused.
    expect(setting('RestartPreventExitStatus')).toBe('2 4');
  });
});

/** How many requests a pool has in hand, as its metrics say. */
async function runningRequests(program: RunningProgram): Promise<number> {
  const [, health] = await program.waitForLine('stderr', /metrics at (http:\S+): \/livez/);
  const page = await (await fetch(`${health}/metrics`)).text();
  return Number(/^natsctl_requests_in_flight\{.*\} (\d+)$/m.exec(page)?.[1]);
}

interface Image {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthCheck: readonly string[];
  readonly user: string;
}

/** What the last stage of the Dockerfile says of a container. */
function readImage(): Image {
  const stage =
    read('Dockerfile')
      .replaceAll(/\\\n/g, ' ')
      .split(/^FROM /m)
      .at(-1) ?? '';
  const json = (pattern: RegExp): string[] => JSON.parse(pattern.exec(stage)?.[1] ?? 'null');
  return {
    env: Object.fromEntries((/^ENV (.*)$/m.exec(stage)?.[1] ?? '').split(' ').map((one) => one.split('='))),
    entrypoint: json(/^ENTRYPOINT (\[.*\])$/m),
    cmd: json(/^CMD (\[.*\])$/m),
    healthCheck: json(/^HEALTHCHECK .* CMD (\[.*\])$/m),
    user: /^USER (\w+)$/m.exec(stage)?.[1] ?? 'root',
  };
}

interface Container {
  /** As seen from outside of its namespace, where it is 1. */
  readonly pid: number;
  readonly program: RunningProgram;
  /** Runs a program beside it, as `docker exec` and probes do; gives its exit code. */
  exec(program: string, args: readonly string[]): Promise<number | null>;
}

/** Starts a command as the first process of a PID namespace, in a network where nats-server is on the default port. */
async function startContainer(
  network: Network,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Container> {
  const { program, place } = startAsFirst(network, command, env);
  const pid = await waitUntil(() => childrenOf(program.pid)[0]);
  return { pid, program, exec: async (name, args) => (await network.start(name, args, place).exited).code };
}

/** The same for a command that may have ended before anybody looks for it. */
function startAsFirst(network: Network, command: readonly string[], env: Readonly<Record<string, string>>) {
  const { app, bin } = install();
  const own = { ...env, PATH: `${bin}:${process.env['PATH']}`, NATSCTL_RUNTIME_DIR: createTempDir('run') };
  const place = { env: own, cwd: app };
  const program = network.start('unshare', ['-pf', '--mount-proc', '--kill-child', ...command], place);
  return { program, place };
}

const hasPidNamespaces =
  noNetwork === undefined && spawnSync('unshare', ['-Urpf', '--mount-proc', 'sh', '-c', 'test $$ = 1']).status === 0;
const needsContainer = describe.skipIf(!hasPidNamespaces || tools.natsServer.path === undefined);

async function startServerIn(network: Network): Promise<RunningProgram> {
  const server = network.start(requireTool('natsServer'), ['-a', '127.0.0.1']);
  await server.waitForLine('stderr', /Server is ready/);
  return server;
}

/** One that is in hand for so long that probes, each a process, see it. */
const SLOW_ORDER = '{"item":"fig","workMs":4000}';

function placeOrder(network: Network, body: string): Promise<RunResult> {
  const env = { NATS_URL: 'nats://127.0.0.1:4222' };
  return network.natsctl(['request', 'orders.place', body, '--timeout', '20s'], { env, timeoutMs: 20_000 });
}

/** Ends with 0 where the page is 200, with 1 where it is another, with 2 where nobody answers. */
function probing(path: string): readonly string[] {
  return [
    '-e',
    `fetch('http://127.0.0.1:8080${path}').then((page) => process.exit(page.ok ? 0 : 1), () => process.exit(2))`,
  ];
}

needsContainer('the command of the Dockerfile, as process 1', () => {
  const image = readImage();
  const [healthProgram = '', ...healthArgs] = image.healthCheck;
  const command = [...image.entrypoint, ...image.cmd];

  async function startServing() {
    const network = await openNetwork();
    const server = await startServerIn(network);
    const container = await startContainer(network, command, { ...image.env, NATS_URL: 'nats://127.0.0.1:4222' });
    await container.program.waitForLine('stderr', /^orders: serving orders/);
    const end = async (): Promise<void> => {
      await container.program[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
    };
    return { network, server, ...container, [Symbol.asyncDispose]: end };
  }

  it('needs no root, and no development server takes the place of one that is not named', () => {
    expect(image.user).toBe('node');
    expect(image.env['NODE_ENV']).toBe('production');
  });

  it('is healthy once it serves, and ends with 0 at SIGTERM, what is in hand answered', async () => {
    await using container = await startServing();
    const { network, pid, program, exec } = container;
    expect(await exec(healthProgram, healthArgs)).toBe(0);
    const reply = placeOrder(network, SLOW_ORDER);
    await waitUntil(async () => (await exec('node', inFlight(1))) === 0);
    process.kill(pid, 'SIGTERM');
    await program.waitForLine('stderr', /^SIGTERM: finishing what is in hand/);
    expect(await exec(healthProgram, healthArgs)).toBe(1);
    expect(await reply).toMatchObject({ code: 0, stdout: '{"item":"fig","taken":true}\n' });
    expect((await program.exited).code).toBe(0);
  });

  it('reloads at SIGHUP, ends at SIGINT, and its workers end with it at SIGKILL', async () => {
    await using container = await startServing();
    const { pid, program } = container;
    process.kill(pid, 'SIGHUP');
    await program.waitForLine('stderr', /^orders: 2 new workers serve/);
    process.kill(pid, 'SIGINT');
    expect((await program.exited).code).toBe(0);

    await using other = await startServing();
    const workers = childrenOf(other.pid);
    expect(workers).toHaveLength(2);
    process.kill(other.pid, 'SIGKILL');
    await other.program.exited;
    // The kernel ends what is in the namespace with its first process.
    await waitUntil(() => workers.every((worker) => !isThere(worker)));
  });

  it('replaces a worker that is killed, and leaves no zombie of it', async () => {
    await using container = await startServing();
    const { pid, program } = container;
    const [worker = 0] = childrenOf(pid);
    process.kill(worker, 'SIGKILL');
    await program.waitForLine('stderr', /^orders: worker-\d serves orders again$/);
    expect(isThere(worker)).toBe(false);
    expect(childrenOf(pid)).toHaveLength(2);
  });

  it('ends with the exit code of what is wrong', async () => {
    await using network = await openNetwork();
    const cases: ReadonlyArray<readonly [args: readonly string[], code: number]> = [
      // It tries five times before the pool gives up.
      [['--wait-server', '100ms', '--workers', '1'], 3],
      [['--config', 'nowhere.json'], 2],
    ];
    for (const [args, code] of cases) {
      const { program } = startAsFirst(network, [...command, ...args], {
        ...image.env,
        NATS_URL: 'nats://127.0.0.1:1',
      });
      await using _ = program;
      expect((await program.exited).code).toBe(code);
    }
  });
});

/** Ends with 0 where so many requests are in hand. */
function inFlight(count: number): readonly string[] {
  return [
    '-e',
    `fetch('http://127.0.0.1:8080/metrics').then((page) => page.text()).then((text) =>
      process.exit(/^natsctl_requests_in_flight{.*} ${count}$/m.test(text) ? 0 : 1))`,
  ];
}

function isThere(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface ContainerSpec {
  readonly args: readonly string[];
  readonly env: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly ports: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle?: object;
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly securityContext: object;
  readonly volumeMounts: ReadonlyArray<{ readonly mountPath: string }>;
}

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: object;
        readonly containers: readonly [ContainerSpec];
      };
    };
  };
}

describe('the Kubernetes manifest', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml'), { strict: true, uniqueKeys: true });
  const [deployment, budget] = documents.map((document) => document.toJS()) as [Deployment, Deployment];
  const { spec: pod } = deployment.spec.template;
  const [container] = pod.containers;

  it('is YAML that says what it seems to', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect([deployment.kind, budget.kind]).toEqual(['Deployment', 'PodDisruptionBudget']);
    for (const { spec } of [deployment, budget]) {
      expect(spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
    }
  });

  it('asks where the pages are', () => {
    const [{ name, containerPort }] = container.ports as [{ name: string; containerPort: number }];
    expect(read('natsctl.config.ts')).toContain(`health: '0.0.0.0:${containerPort}'`);
    expect(container.livenessProbe.httpGet).toEqual({ path: '/livez', port: name });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: name });
  });

  it('gives the pool the time and the memory that it may need, and a folder for its socket', () => {
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(graceMs + 1_000);
    expect(container.resources.limits.memory).toBe('1Gi');
    expect(mostMemoryBytes).toBeLessThan(1024 ** 3);
    const runtime = container.env.find(({ name }) => name === 'NATSCTL_RUNTIME_DIR')?.value ?? '';
    expect(container.volumeMounts.some(({ mountPath }) => runtime.startsWith(`${mountPath}/`))).toBe(true);
  });

  it('needs no rights', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  needsContainer('played', () => {
    it('starts unready, is ready, and at its end unready and alive until all is answered', async () => {
      await using network = await openNetwork();
      const env = { ...readImage().env, NATS_URL: 'nats://127.0.0.1:4222' };
      const { program, pid, exec } = await startContainer(network, [...readImage().entrypoint, ...container.args], env);
      await using _ = program;
      const probe = ({ httpGet }: Probe) => exec('node', probing(httpGet.path));
      // There is no server yet.
      await waitUntil(async () => (await probe(container.livenessProbe)) === 0);
      expect(await probe(container.readinessProbe)).toBe(1);
      await using server = await startServerIn(network);
      await waitUntil(async () => (await probe(container.readinessProbe)) === 0);

      const reply = placeOrder(network, SLOW_ORDER);
      await waitUntil(async () => (await exec('node', inFlight(1))) === 0);
      // No preStop hook: SIGTERM comes at once.
      expect(container.lifecycle).toBeUndefined();
      process.kill(pid, 'SIGTERM');
      await program.waitForLine('stderr', /^SIGTERM: finishing/);
      expect([await probe(container.livenessProbe), await probe(container.readinessProbe)]).toEqual([0, 1]);
      expect(await reply).toMatchObject({ code: 0, stdout: '{"item":"fig","taken":true}\n' });
      expect((await program.exited).code).toBe(0);
      await server.stop();
    });
  });
});
