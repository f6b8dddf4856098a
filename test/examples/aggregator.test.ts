import { connect, type Msg, type NatsConnection } from 'nats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { membersOfGroup } from '../support/processes.js';
import { tools } from '../support/tools.js';
import { watchWaiting } from '../support/waiting.js';
import { ask, askJson, type ServedExample, serveExample } from './serve-example.js';

const WHOLE = { id: 'apple', price: { cents: 40 }, stock: { pieces: 120 }, missing: [] };
const WITHOUT_STOCK = { id: 'apple', price: { cents: 40 }, missing: ['stock'] };

describe.skipIf(tools.natsServer.path === undefined)('examples/aggregator', () => {
  let server: NatsServer;
  let client: NatsConnection;
  beforeEach(async () => {
    server = await startNatsServer();
    client = await connect({ servers: server.url });
  });
  afterEach(async () => {
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const serve = (...names: string[]): Promise<ServedExample> => {
    const modules = names.map((name) => `./examples/aggregator/${name}.ts`);
    return serveExample(server.url, [...modules, '--log', 'off']);
  };
  const page = (id = 'apple') => askJson(client, `product.${id}.page`);

  it('makes a page of what two others say, and hands on that there is no such product', async () => {
    await using _pool = await serve('product', 'prices', 'stock');
    await expect.poll(() => page()).toEqual(WHOLE);
    expect((await ask(client, 'product.fig.page')).error).toBe('404: no product "fig"');
    expect((await ask(client, 'product.constructor.page')).error).toBe('404: no product "constructor"');
  });

  it('says what is missing where one of them is killed, and is whole again when it is back', async () => {
    await using _others = await serve('product', 'prices');
    await using stock = await serve('stock');
    await expect.poll(() => page()).toEqual(WHOLE);
    process.kill(-stock.pid, 'SIGKILL');
    await stock.finished;
    await expect.poll(() => page()).toEqual(WITHOUT_STOCK);
    await using _again = await serve('stock');
    await expect.poll(() => page()).toEqual(WHOLE);
  });

  it('does not wait for one that never answers', async () => {
    await using others = await serve('product', 'prices');
    client.subscribe('stock.*.get', { callback: () => undefined });
    await client.flush();
    const endWatch = watchWaiting(() => [process.pid, ...membersOfGroup(others.pid)]);
    const startedAt = performance.now();
    expect(await page()).toEqual(WITHOUT_STOCK);
    expect(performance.now() - startedAt).toBeLessThan(2_000 + endWatch());
  });

  it('answers 503, with what became of each, where both are down', async () => {
    await using _pool = await serve('product');
    const { data, error } = await ask(client, 'product.apple.page');
    expect(error).toBe('503: neither price nor stock is to be had');
    expect(JSON.parse(new TextDecoder().decode(data))).toEqual({ price: 503, stock: 503 });
  });

  it("hands on the trace, and what is left of the caller's time", async () => {
    await using _others = await serve('product', 'prices');
    const received: Msg[] = [];
    client.subscribe('stock.*.get', {
      callback(_, message) {
        received.push(message);
        message.respond('{"pieces":1}');
      },
    });
    await client.flush();
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'shop=1' };
    await ask(client, 'product.apple.page', '', trace);
    await ask(client, 'product.apple.page', '', { 'Natsctl-Timeout-Ms': '450' });
    const [first, second] = received.map(
      ({ headers }) =>
        (name: string) =>
          headers?.get(name),
    );
    expect(first?.('traceparent')).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
    expect(first?.('tracestate')).toBe(trace.tracestate);
    expect(first?.('Natsctl-Timeout-Ms')).toBe('500');
    const left = Number(second?.('Natsctl-Timeout-Ms'));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(450);
  });
});
