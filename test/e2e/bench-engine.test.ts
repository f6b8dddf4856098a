import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report/report.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';

describe.skipIf(tools.natsServer.path === undefined).each(['client', 'wire'])('bench --engine %s', (engine) => {
  it('counts requests as the server does', async () => {
    await using server = await startNatsServer({ monitor: true });
    const responder = await connect({ servers: server.url });
    let heard = 0;
    responder.subscribe('bench.*', {
      callback(_error, message) {
        heard += 1;
        message.respond(message.data);
      },
    });
    await responder.flush();
    const shape = ['--clients', '3', '--inflight', '32', '--messages', '6000', '--size', '16..2048', '--subjects', '4'];
    const result = await natsctl([
      'bench',
      'request',
      'bench',
      '-s',
      server.url,
      '--engine',
      engine,
      '--json',
      ...shape,
    ]);
    expect(result.code).toBe(0);
    const report = JSON.parse(result.stdout) as BenchReport;
    expect(report).toMatchObject({ engine, messages: 6_000, sent: 6_000, errors: {}, lost: 0, duplicated: 0 });
    // And the one with which it looks whether anybody answers.
    expect(heard).toBe(6_001);
    const page = async () =>
      (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { in_msgs: number; out_msgs: number };
    // It counts what a client has sent when it has read it all.
    await waitUntil(async () => (await page()).out_msgs >= 12_002);
    expect(await page()).toMatchObject({ in_msgs: 12_002, out_msgs: 12_002 });
    await responder.close();
  });
});
