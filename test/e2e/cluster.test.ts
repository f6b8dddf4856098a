import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PacedLoad } from '../../scripts/support/paced-load.mjs';
import { startCluster } from '../support/cluster.js';
import { createTempDir } from '../support/guardian.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

const RATE_PER_S = 250;
const SUBJECT = 'say.hello';
const PATIENCE = { timeout: 20_000, interval: 20 };

describe.skipIf(tools.natsServer.path === undefined)('a service on the nodes of a cluster', () => {
  it('carries on where one node is killed under load: who tries again sees no failure', async () => {
    await using cluster = await startCluster(3);
    const [first, second, third] = cluster.servers;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three nodes');
    const module = join(createTempDir('cluster'), 'say.mjs');
    writeFileSync(module, "export const hello = ({ text }) => 'hello ' + text();");
    // As on three machines: a pool at each node, which learns of the others from the server.
    const pools = cluster.servers.map(({ url }) =>
      startNatsctl(['serve', module, '-w', '2', '-s', url, '--log', 'off']),
    );
    await using _one = pools[0] as (typeof pools)[number];
    await using _two = pools[1] as (typeof pools)[number];
    await using _three = pools[2] as (typeof pools)[number];
    for (const pool of pools) await pool.waitForLine('stderr', /^serving say on say\.hello with 2 workers/);
    for (const { url } of cluster.servers) {
      const stats = ['service', 'wait', 'say', '--instances', '6', '--for', '20s', '-s', url];
      expect((await natsctl(stats, { timeoutMs: 30_000 })).code).toBe(0);
    }

    const start = (url: string, retries: number) =>
      PacedLoad.start({ url, subject: SUBJECT, ratePerS: RATE_PER_S, retries, timeoutMs: 3_000 });
    // Two callers whose own node is killed, and one whose is not.
    const [patient, impatient, elsewhere] = await Promise.all([
      start(first.url, 1),
      start(first.url, 0),
      start(second.url, 0),
    ]);
    const loads = [patient, impatient, elsewhere];
    const reach = (more: number) => {
      const goals = loads.map((load) => load.answered + more);
      return waitUntil(() => loads.every((load, index) => load.answered >= (goals[index] ?? 0)), PATIENCE);
    };
    await reach(2 * RATE_PER_S);
    await first.kill();
    await reach(2 * RATE_PER_S);
    await pools[0]?.waitForLine('stderr', /^connected to nats:\/\/127\.0\.0\.1:\d+ again$/);

    const reports = await Promise.all(loads.map((load) => load.stop()));
    const [patientReport, impatientReport, elsewhereReport] = reports;
    expect(patientReport).toMatchObject({ failures: {}, answered: patientReport?.sent });
    for (const report of [impatientReport, elsewhereReport]) {
      // What was on its way over the node, and of it no more than a second's worth on a busy machine.
      expect(Object.keys(report?.failures ?? {}).filter((code) => code !== 'TIMEOUT' && code !== '503')).toEqual([]);
      const failed = (report?.sent ?? 0) - (report?.answered ?? 0);
      expect(failed).toBeLessThan(RATE_PER_S);
    }

    // All six serve on, at the two nodes that are left.
    const left = ['service', 'wait', 'say', '--instances', '6', '--for', '20s', '-s', third.url];
    expect((await natsctl(left, { timeoutMs: 30_000 })).code).toBe(0);
    for (const pool of pools) expect((await pool.stop()).code).toBe(0);
  }, 90_000);
});
