import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe.skipIf(tools.natsServer.path === undefined)('the trace that a request is part of', () => {
  it('goes through two services, each with a span of its own that its log and its calls show', async () => {
    await using server = await startNatsServer();
    const module = join(createTempDir('trace'), 'shop.mjs');
    writeFileSync(
      module,
      `export const front = ({ request }) => request('shop.back').then((reply) => reply.text());
      export const back = ({ headers }) => headers?.get('traceparent') || 'none';`,
    );
    await using pool = startNatsctl(['serve', module, '-s', server.url, '--log', 'json']);
    await pool.waitForLine('stderr', /serving shop/);
    const ask = async (parent: string) =>
      (await natsctl(['request', '-s', server.url, 'shop.front', '', '-H', `traceparent:${parent}`])).stdout.trim();
    const told = async (nth: number) => {
      const lines = await Promise.all(
        ['back', 'front'].map((endpoint) =>
          pool.waitForLine('stderr', new RegExp(`^\\{.*"subject":"shop\\.${endpoint}".*\\}$`), { nth }),
        ),
      );
      return lines.map(([line]) => JSON.parse(line));
    };

    const seen = await ask(`00-${TRACE}-00f067aa0ba902b7-01`);
    const [back, front] = await told(1);
    expect(seen).toBe(`00-${TRACE}-${front.span_id}-01`);
    expect([front.trace_id, back.trace_id]).toEqual([TRACE, TRACE]);
    expect(new Set([front.span_id, back.span_id, '00f067aa0ba902b7']).size).toBe(3);

    expect(await ask('00-a-b-01')).toBe('none');
    for (const line of await told(2)) expect(Object.keys(line)).not.toContain('trace_id');
  });
});
