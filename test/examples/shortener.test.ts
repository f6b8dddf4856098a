import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { tools } from '../support/tools.js';
import { ask, askJson, type ServedExample, type ServeOptions, serveExample } from './serve-example.js';

const URL_OF_NATS = 'https://nats.io/about';

interface Link {
  readonly slug: string;
  readonly url: string;
  readonly visits: number;
}

describe.skipIf(tools.natsServer.path === undefined)('examples/shortener', () => {
  let server: NatsServer;
  let client: NatsConnection;
  beforeAll(async () => {
    server = await startNatsServer();
    client = await connect({ servers: server.url });
  });
  afterAll(async () => {
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const createFile = () => join(createTempDir('shortener'), 'links.db');
  const serve = (file: string, options: ServeOptions = {}): Promise<ServedExample> =>
    serveExample(server.url, ['./examples/shortener/shortener.ts', '--workers', '2', '--log', 'json'], {
      ...options,
      env: { SHORTENER_DB: file },
    });
  const create = (body: object) => askJson<Link>(client, 'links.create', body);
  const info = (slug: string) => askJson<Link>(client, `links.${slug}.info`);
  const textOf = ({ data }: { data: Uint8Array }) => new TextDecoder().decode(data);

  it('makes short links, resolves and counts them, and has them after a restart', async () => {
    const file = createFile();
    const { slug } = await (async () => {
      await using pool = await serve(file);
      const made = await create({ url: URL_OF_NATS });
      expect(made).toEqual({ slug: expect.stringMatching(/^\w{7}$/), url: URL_OF_NATS });
      expect(textOf(await ask(client, `links.${made.slug}.resolve`))).toBe(URL_OF_NATS);
      expect((await pool.stop()).code).toBe(0);
      return made;
    })();
    await using _pool = await serve(file);
    expect(await info(slug)).toEqual({
      slug,
      url: URL_OF_NATS,
      visits: 1,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    });
  });

  it('says what is wrong with a request', async () => {
    await using _pool = await serve(createFile());
    const failure = async (subject: string, body: unknown) => (await ask(client, subject, body)).error;
    await create({ url: URL_OF_NATS, slug: 'nats' });
    expect(await create({ url: URL_OF_NATS, slug: 'nats' })).toMatchObject({ slug: 'nats' });
    expect(await failure('links.create', { url: 'https://nats.io/', slug: 'nats' })).toMatch(/^409: nats stands for/);
    expect(await failure('links.nope.resolve', '')).toBe('404: no link "nope"');
    expect(await failure("links.'--.info", '')).toBe(`404: no link "'--"`);
    for (const url of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'nats.io',
      `https://nats.io/${'x'.repeat(2_000)}`,
    ]) {
      expect(await failure('links.create', { url })).toMatch(/^400: url: /);
    }
    expect(await failure('links.create', { url: URL_OF_NATS, slug: 'a b' })).toMatch(/^400: slug: /);
    expect(await failure('links.create', '{')).toMatch(/^400: /);
  });

  it('lets two workers write at once: none fails, none is lost, none counts twice', async () => {
    await using pool = await serve(createFile());
    const created = await Promise.all(
      Array.from({ length: 200 }, (_, index) => create({ url: `${URL_OF_NATS}/${index}` })),
    );
    expect(new Set(created.map(({ slug }) => slug)).size).toBe(200);
    const [{ slug } = { slug: '' }] = created;
    const visits = await Promise.all(Array.from({ length: 300 }, () => ask(client, `links.${slug}.resolve`)));
    expect(visits.filter(({ error }) => error !== undefined)).toEqual([]);
    expect((await info(slug)).visits).toBe(300);
    // The same slug asked for by many at once goes to one of them.
    const wanting = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ask(client, 'links.create', { url: `${URL_OF_NATS}/${index}`, slug: 'x' }),
      ),
    );
    expect(wanting.filter(({ error }) => error === undefined)).toHaveLength(1);
    const { stderr } = await pool.stop();
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(new Set(lines.map((line) => JSON.parse(line).worker))).toEqual(new Set([1, 2]));
  });

  it('keeps what it has answered where a worker is killed, and goes on at once', async () => {
    await using pool = await serve(createFile());
    const kept: string[] = [];
    let unanswered = 0;
    let asked = 0;
    const askOn = async (): Promise<void> => {
      while (asked < 1_500) {
        const turn = asked++;
        if (turn === 400) process.kill(pool.workers()[0] as number, 'SIGKILL');
        const request = client.request('links.create', JSON.stringify({ url: `${URL_OF_NATS}/${turn}` }), {
          timeout: 8_000,
        });
        await request.then(
          (reply) => kept.push(reply.json<Link>().slug),
          () => {
            unanswered += 1;
          },
        );
      }
    };
    await Promise.all(Array.from({ length: 20 }, askOn));
    await pool.waitForLine('stderr', /worker-1 serves shortener again/);
    // What the dead worker had in hand is lost to its callers, and nothing else.
    expect(unanswered).toBeLessThanOrEqual(20);
    expect(kept.length + unanswered).toBe(1_500);
    const found = await Promise.all(kept.map(info));
    expect(found.map(({ slug }) => slug)).toEqual(kept);
  });

  it('does not start where the file cannot be opened, and says so', async () => {
    await expect(serve(join(createTempDir('shortener'), 'no-such-folder', 'links.db'))).rejects.toThrow(
      /context of service shortener failed: /,
    );
  });

  it.each(tools.nodes.filter(({ path }) => path !== undefined))('runs on $name', async ({ path }) => {
    const file = createFile();
    await using _pool = await serve(file, { node: path as string });
    const { slug } = await create({ url: URL_OF_NATS });
    expect(textOf(await ask(client, `links.${slug}.resolve`))).toBe(URL_OF_NATS);
    expect(existsSync(file)).toBe(true);
  });
});
