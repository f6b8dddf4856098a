import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../scripts/support/random.mjs';
import type { Failure } from '../../scripts/support/retrying-load.mjs';
import { Conductor } from '../support/chaos/conductor.js';
import { startRetryingLoad } from '../support/chaos/load.js';
import { BURST_MS, planFaults } from '../support/chaos/plan.js';
import { judge } from '../support/chaos/verdict.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { childrenOf, membersOfGroup } from '../support/processes.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

/** The faults of a run that has failed come again with its seed. */
const SEED = Number(process.env['NATSCTL_CHAOS_SEED'] ?? Math.floor(Math.random() * 1e9));
const SECONDS = Number(process.env['NATSCTL_CHAOS_SECONDS'] ?? 60);
const RATE_PER_S = 2_000;
/** Of that, what the client must have sent at least. */
const SENT_SHARE = 0.9;
const WORKERS = 4;
/** Commands follow each other, and each worker that they start may take seconds on a busy machine. */
const LAST_COMMANDS_MS = 90_000;

describe.skipIf(tools.natsServer.path === undefined)(`a pool in chaos, NATSCTL_CHAOS_SEED=${SEED}`, () => {
  it(
    'answers each request in two tries, and in one where no worker was struck, rightly and once, but for announced outages, and leaves nothing behind',
    async ({ annotate }) => {
      await using server = await startNatsServer({ monitor: true });
      const folder = createTempDir('chaos');
      const [runtime, temporary] = [join(folder, 'run'), join(folder, 'tmp')];
      mkdirSync(temporary);
      const env = { NATS_URL: server.url, NATSCTL_RUNTIME_DIR: runtime, TMPDIR: temporary };
      const control = (...args: readonly string[]) =>
        natsctl(['pool', ...args], { env, cwd: folder, timeoutMs: LAST_COMMANDS_MS });
      const save = (version: number) => writeFileSync(join(folder, 'v.mjs'), moduleOf(version));
      save(1);
      const flags = ['-w', String(WORKERS), '--watchdog', '1s', '--max-requests', '5000', '--log', 'off'];
      const args = ['serve', './v.mjs', ...flags, '--ready-file', 'ready.json'];
      await using pool = startNatsctl(args, { env, cwd: folder });
      await pool.waitForLine('stderr', /^serving v /);
      const descriptors = descriptorsOf(pool.pid);

      await using load = await startRetryingLoad({ url: server.url, subject: 'v.say', ratePerS: RATE_PER_S });
      const conductor = new Conductor({ server, pool, load, control, save, random: new Random(SEED) });
      const isOver = delay(SECONDS * 1_000);
      await conductor.conduct(planFaults(SEED, SECONDS * 1_000), BURST_MS);
      await isOver;
      const report = await load.stop();

      const { failures, unserved, lost, starved } = judge(report, conductor);
      const figures = JSON.stringify({
        ...{ sent: report.sent, rate_per_s: report.ratePerS, retried: report.retried, late: report.late },
        ...{ p50_ms: report.p50Ms, p99_ms: report.p99Ms, longest_ms: report.longestMs },
        failed_in_outages: report.failures.length - failures.length,
        lost_otherwise: lost.length,
        starved_ms: starved.map(({ fromMs, toMs }) => Math.round(toMs - fromMs)),
      });
      await annotate(figures);
      // The first of them tell enough.
      const first = <T>(all: readonly T[]) => all.slice(0, 20);
      const told = (all: readonly Failure[]) =>
        first(all).map(({ id, fromMs, reason }) => `${id}, sent at ${conductor.clock(fromMs)}: ${reason}`);
      const faults = {
        ...{ wrong: first(report.wrong), twice: first(report.twice), problems: conductor.problems },
        ...{ failures: told(failures), unserved: told(unserved), lost: told(lost) },
      };
      const found = Object.entries(faults).flatMap(([kind, all]) => all.map((one) => `${kind}: ${one}`));
      const diary = ['what was done:', ...conductor.diary, 'the log of the pool:', pool.stderr.text()];
      const story = [`NATSCTL_CHAOS_SEED=${SEED}`, figures, ...found, ...diary].join('\n');
      expect(found, story).toEqual([]);
      expect(report.ratePerS, `the machine is too busy for this load\n${story}`).toBeGreaterThan(
        SENT_SHARE * RATE_PER_S,
      );

      // As many workers as at the start: what their predecessors have left in the supervisor would show.
      expect(await control('scale', String(WORKERS))).toMatchObject({ code: 0 });
      await vi.waitFor(() => expect(childrenOf(pool.pid), story).toHaveLength(WORKERS), 30_000);
      await vi.waitFor(() => {
        const open = descriptorsOf(pool.pid);
        expect(open.length, `the supervisor has open:\n${open.join('\n')}`).toBeLessThanOrEqual(descriptors.length);
      }, 30_000);
      pool.process.kill('SIGTERM');
      // What it left behind would end by itself a moment later.
      expect(await pool.exited, story).toMatchObject({ code: 0 });
      expect(membersOfGroup(pool.pid)).toEqual([]);
      expect([...readdirSync(runtime), ...readdirSync(temporary)]).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(['run', 'tmp', 'v.mjs']);
      await waitUntil(async () => (await connectionsOf(server.monitorUrl)) === 0);
    },
    SECONDS * 1_000 + 2 * LAST_COMMANDS_MS,
  );
});

/** Answers at once or after a while, so that there is always something in hand. */
function moduleOf(version: number): string {
  return `
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    export const say = async ({ text }) => {
      if (Math.random() < 0.2) await pause();
      return 'v${version} ' + text();
    };`;
}

/** What a process has open, as Linux tells; nothing elsewhere. */
function descriptorsOf(pid: number): readonly string[] {
  if (process.platform !== 'linux') return [];
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      return readlinkSync(join(folder, descriptor));
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

async function connectionsOf(monitorUrl = ''): Promise<unknown> {
  const response = await fetch(`${monitorUrl}/connz`);
  return ((await response.json()) as { readonly num_connections: number }).num_connections;
}
