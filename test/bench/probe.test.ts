import { describe, expect, it } from 'vitest';
import { probeResponder } from '../../src/bench/probe.js';
import { connectTo } from '../services/connect-to.js';
import { startNatsServer } from '../support/nats-server.js';
import { tools } from '../support/tools.js';
import { loadPlan } from './load/load-plan.js';

describe.skipIf(tools.natsServer.path === undefined)('the request before a load', () => {
  it('is one of the load: its subject, its body and its headers', async () => {
    await using server = await startNatsServer();
    await using responder = await connectTo(server.url);
    const seen: string[] = [];
    responder.nats.subscribe('a.>', {
      callback: (_, message) => {
        seen.push(`${message.subject} ${message.string()} ${message.headers?.get('X-Tenant')}`);
        message.respond();
      },
    });
    await responder.confirm();
    await probeResponder(
      loadPlan(server.url, {
        subjects: ['a.1', 'a.2'],
        headers: [['X-Tenant', 'acme']],
        bodies: { kind: 'given', bodies: [Buffer.from('one'), Buffer.from('two')] },
      }),
    );
    expect(seen).toEqual(['a.1 one acme']);
  });

  it('says at once that nobody serves the subject, or that the server takes none as large', async () => {
    await using server = await startNatsServer({ config: 'max_payload: 1000' });
    await expect(probeResponder(loadPlan(server.url))).rejects.toMatchObject({ kind: 'no_responders' });
    const bodies = { kind: 'generated', leastBytes: 990, mostBytes: 990 } as const;
    const large = loadPlan(server.url, { bodies, headers: [['X-Tenant', 'acme']] });
    await expect(probeResponder(large)).rejects.toMatchObject({ kind: 'usage' });
  });
});
