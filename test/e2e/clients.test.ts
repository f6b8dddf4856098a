import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection, RequestStrategy } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { type RunningProgram, type RunResult, runProgram } from '../support/program.js';
import { peer, startNatsctl } from '../support/run.js';
import { natsServers, requireTool, tools } from '../support/tools.js';

/** With all that a client may see of a service: metadata, a wildcard, a queue group, errors, a stream. */
const ORDERS = `
import { defineService, ServiceError } from 'natsctl';

export default defineService({
  name: 'orders',
  version: '2.1.0',
  description: 'Keeps orders',
  queue: 'order-keepers',
  metadata: { team: 'fruit' },
  endpoints: {
    get: {
      subject: 'orders.*.get',
      metadata: { reply: 'an order' },
      handler: ({ tokens: [id], headers }) => {
        if (id === '0') throw new ServiceError(404, 'no order 0', { data: { id } });
        return { id, for: headers?.get('Customer') ?? '' };
      },
    },
    upto: {
      subject: 'orders.upto',
      async *handler({ json }) {
        for (let id = 1; id <= json<number>(); id++) yield { id };
      },
    },
  },
});`;

const ENDPOINTS = [
  { name: 'get', subject: 'orders.*.get', queue_group: 'order-keepers', metadata: { reply: 'an order' } },
  { name: 'upto', subject: 'orders.upto', queue_group: 'order-keepers', metadata: {} },
];
const INFO = {
  ...{ type: 'io.nats.micro.v1.info_response', name: 'orders', version: '2.1.0', description: 'Keeps orders' },
  ...{ id: expect.stringMatching(/^[0-9A-F]{32}$/), metadata: { team: 'fruit' }, endpoints: ENDPOINTS },
};

/** For nats.js' client of services: both instances have answered. */
const BOTH = { strategy: RequestStrategy.Count, maxMessages: 2, maxWait: 10_000 };
/** The same where more may come, or fewer: a second without a further answer. */
const SILENCE = { strategy: RequestStrategy.JitterTimer, jitter: 1_000, maxWait: 10_000 };

interface EndpointStatistics {
  readonly name: string;
  readonly num_requests: number;
  readonly num_errors: number;
  readonly last_error?: string;
}
interface Statistics {
  readonly endpoints?: readonly EndpointStatistics[];
}

/** What all instances together have counted of an endpoint. */
function total(answers: readonly Statistics[], name: string) {
  const counted = answers.flatMap(({ endpoints = [] }) => endpoints.filter((one) => one.name === name));
  return {
    instances: counted.length,
    requests: counted.reduce((sum, { num_requests }) => sum + num_requests, 0),
    errors: counted.reduce((sum, { num_errors }) => sum + num_errors, 0),
    lastErrors: counted.map(({ last_error }) => last_error).filter((error) => error),
  };
}

for (const { name: serverName, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`a service that natsctl serves, with ${serverName}`, () => {
    let server: NatsServer;
    let pool: RunningProgram;
    let client: NatsConnection;
    let before: Statistics[];
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary as string });
      const cwd = createTempDir('clients');
      writeFileSync(join(cwd, 'orders.ts'), ORDERS);
      const args = ['serve', './orders.ts', '--workers', '2', '-s', server.url, '--log', 'off'];
      pool = startNatsctl(args, { cwd });
      await pool.waitForLine('stderr', /^serving orders /);
      client = await connect({ servers: server.url });
    });
    afterAll(async () => {
      await client?.close();
      await pool?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    /** With nats.js' own client of services. */
    async function statistics(): Promise<Statistics[]> {
      const answers: Statistics[] = [];
      for await (const answer of await client.services.client(BOTH).stats('orders')) answers.push(answer);
      return answers;
    }

    /** What was counted by the endpoint since `before`. */
    async function counted(name: string) {
      const [now, then] = [total(await statistics(), name), total(before, name)];
      return { requests: now.requests - then.requests, errors: now.errors - then.errors };
    }

    describe.skipIf(tools.nats.path === undefined)('to the peer', () => {
      const nats = async (...args: string[]): Promise<RunResult> => {
        const result = await peer([...args, '-s', server.url]);
        expect(result, result.stderr).toMatchObject({ code: 0 });
        return result;
      };

      it('is in `nats service list`, with both instances', async () => {
        expect(JSON.parse((await nats('service', 'list', '--json')).stdout)).toEqual([INFO, INFO]);
        expect((await nats('service', 'list')).stdout).toMatch(/│ orders +│ 2\.1\.0 +│ [0-9A-F]{32} │ Keeps orders │/);
      });

      it('tells about itself in `nats service info`', async () => {
        const { info, stats } = JSON.parse((await nats('service', 'info', 'orders', '--json')).stdout);
        expect(info).toEqual(INFO);
        expect(stats).toMatchObject({ name: 'orders', type: 'io.nats.micro.v1.stats_response' });
        const { stdout } = await nats('service', 'info', 'orders');
        for (const line of ['Metadata: team: fruit', 'Subject: orders.*.get', 'Queue Group: order-keepers']) {
          expect(stdout).toContain(line);
        }
      });

      it('is asked by `nats request`, with headers, and counts it in `nats service stats`', async () => {
        before = await statistics();
        const asked = await nats('request', 'orders.7.get', 'x', '-H', 'Customer:me', '--raw');
        expect(asked.stdout.trim()).toBe('{"id":"7","for":"me"}');
        const failed = await nats('request', 'orders.0.get', 'x');
        // In whatever order the peer prints them.
        expect(failed.stdout + failed.stderr).toMatch(/Nats-Service-Error: no order 0$/m);
        expect(failed.stdout + failed.stderr).toMatch(/Nats-Service-Error-Code: 404$/m);
        expect(failed.stdout).toContain('{"id":"0"}');
        const answers: Statistics[] = JSON.parse((await nats('service', 'stats', 'orders', '--json')).stdout);
        const [now, then] = [total(answers, 'get'), total(before, 'get')];
        expect(now).toMatchObject({ instances: 2, requests: then.requests + 2, errors: then.errors + 1 });
        expect(now.lastErrors).toContain('404:no order 0');
      });

      it('streams to `nats request --wait-for-empty`', async () => {
        const { stdout } = await nats('request', 'orders.upto', '3', '--wait-for-empty', '--raw', '--timeout', '5s');
        expect(stdout.split('\n').filter((line) => line !== '' && line !== 'nil body')).toEqual([
          '{"id":1}',
          '{"id":2}',
          '{"id":3}',
        ]);
      });

      it('answers `nats service ping`, each instance once', async () => {
        const { stdout, stderr } = await nats('service', 'ping', '--timeout', '2s');
        expect(`${stdout}${stderr}`.match(/^orders +[0-9A-F]{32} +rtt=/gm)).toHaveLength(2);
      });
    });

    describe('to nats.js', () => {
      it('is found by its client of services: ping, info, stats', async () => {
        const services = client.services.client(SILENCE);
        const gathered = async <T>(answers: Promise<AsyncIterable<T>>): Promise<T[]> => {
          const all: T[] = [];
          for await (const answer of await answers) all.push(answer);
          return all;
        };
        const ping = await gathered(services.ping());
        expect(ping).toHaveLength(2);
        expect(ping[0]).toMatchObject({ name: 'orders', version: '2.1.0', metadata: { team: 'fruit' } });
        expect(await gathered(services.info('orders'))).toEqual([INFO, INFO]);
        const [one] = ping;
        expect(await gathered(services.info('orders', one?.id))).toEqual([{ ...INFO, id: one?.id }]);
        expect(total(await gathered(services.stats('orders')), 'get').instances).toBe(2);
        expect(await gathered(services.ping('nobody')).catch((error) => error.code)).toBe('503');
      });

      it('is asked, refuses, and streams up to an empty message', async () => {
        before = await statistics();
        expect((await client.request('orders.7.get')).json()).toEqual({ id: '7', for: '' });
        const refused = await client.request('orders.0.get');
        expect(refused.headers?.get('Nats-Service-Error-Code')).toBe('404');
        expect(refused.json()).toEqual({ id: '0' });
        const replies: unknown[] = [];
        // It hands on the empty message that ends it.
        for await (const reply of await client.requestMany('orders.upto', '3', {
          strategy: RequestStrategy.SentinelMsg,
          maxWait: 5_000,
        })) {
          if (reply.data.length > 0) replies.push(reply.json());
        }
        expect(replies).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
        expect(await counted('get')).toEqual({ requests: 2, errors: 1 });
        expect(await counted('upto')).toEqual({ requests: 1, errors: 0 });
      });
    });

    describe.skipIf(tools.goClient.path === undefined)('to a client in Go', () => {
      const run = (...args: string[]) => runProgram(requireTool('goClient'), args, { env: { NATS_URL: server.url } });
      const linesOf = async (...args: string[]) => {
        const { code, stdout, stderr } = await run(...args);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        return stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      };

      it('is found with all that it says of itself, as nats.go reads it', async () => {
        expect(await linesOf('list')).toEqual([INFO, INFO]);
        const answers = await linesOf('stats', 'orders');
        expect(answers.map(({ started }) => Number.isNaN(Date.parse(started)))).toEqual([false, false]);
        expect(total(answers, 'get').instances).toBe(2);
      });

      it('is asked with headers, and its errors are read from headers', async () => {
        before = await statistics();
        expect(await linesOf('request', 'orders.7.get', 'x', 'Customer:me')).toEqual([
          { data: '{"id":"7","for":"me"}' },
        ]);
        expect(await linesOf('request', 'orders.0.get', 'x')).toEqual([
          expect.objectContaining({ data: '{"id":"0"}', error: 'no order 0', error_code: '404' }),
        ]);
        expect(await linesOf('request', 'orders.upto', '{')).toEqual([
          expect.objectContaining({ error_code: '400', error: expect.stringMatching(/JSON/) }),
        ]);
        expect(await counted('get')).toEqual({ requests: 2, errors: 1 });
      });

      it('streams up to an empty message', async () => {
        expect(await linesOf('stream', 'orders.upto', '3')).toEqual(
          [1, 2, 3].map((id) => ({ data: JSON.stringify({ id }) })),
        );
      });

      it('hears at once that nobody serves a subject', async () => {
        expect(await run('request', 'nobody.here', 'x')).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('no responders'),
        });
      });
    });
  });
}
