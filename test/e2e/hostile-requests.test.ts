import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connect, headers as createHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { encodeRequest, type HostileRequest, HostileRequests } from '../support/hostile-requests.js';
import { startNatsServer } from '../support/nats-server.js';
import { childrenOf } from '../support/processes.js';
import { startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

/** Whatever comes with a request it says again, as a reply, in an error, or in a stream. */
const WILD = `
import { defineService, ServiceError } from 'natsctl';

export default defineService({
  name: 'wild',
  version: '1.0.0',
  endpoints: {
    any: {
      subject: 'wild.*.>',
      handler: ({ tokens, text, headers, subject }) => {
        const names = [...(headers?.keys() ?? [])];
        if (subject.length % 3 === 0) throw new ServiceError(400, text() + tokens.join(), { data: names });
        if (subject.length % 3 === 1) throw new Error(tokens.join());
        return { tokens, names };
      },
    },
    json: { subject: 'wild.json', handler: ({ json }) => ({ got: json() }) },
  },
});`;

const SUBJECTS = ['echo', 'wild.json', 'wild.x.', 'wild.y.', 'wild.$SRV.'];
const REQUESTS = 10_000;
const IN_FLIGHT = 200;
const SEED = 20_251_125;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const REQUEST_LINE = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z worker-\d (?:Received request for .*, sending|\d+ requests? w)/;

/** Sends requests as bytes, so many at a time; gives how many replies each got, and those that are wrong. */
async function send(url: string, requests: readonly HostileRequest[]): Promise<{ counts: number[]; wrong: string[] }> {
  const client = await connect({ servers: url });
  const counts = requests.map(() => 0);
  const wrong: string[] = [];
  let unanswered = 0;
  let tellDone: () => void = () => undefined;
  client.subscribe('hostile.*', {
    callback(_, { subject, headers, data }) {
      const index = Number(subject.slice('hostile.'.length));
      counts[index] = (counts[index] ?? 0) + 1;
      // An error is in the headers that it has always: nothing that a request said has become another one.
      const names = headers?.keys().sort().join();
      const { subject: asked, body } = requests[index] as HostileRequest;
      const isEcho = headers === undefined && asked.toString() === 'echo';
      if (names !== undefined && names !== 'Nats-Service-Error,Nats-Service-Error-Code') wrong.push(names);
      if (isEcho && !body.equals(data)) wrong.push(`${body.toString('latin1')} became ${data}`);
      if (counts[index] === 1) unanswered -= 1;
      if (unanswered === 0) tellDone();
    },
  });
  await client.flush();
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  let told = '';
  socket.on('data', (data) => {
    told += data;
  });
  await once(socket, 'data');
  socket.write('CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n');
  try {
    for (let start = 0; start < requests.length; start += IN_FLIGHT) {
      const batch = requests.slice(start, start + IN_FLIGHT);
      unanswered = batch.length;
      const done = new Promise<void>((resolve, reject) => {
        tellDone = resolve;
        setTimeout(() => {
          const missing = batch.filter((_, index) => counts[start + index] === 0);
          const shown = missing
            .slice(0, 3)
            .map((request) => encodeRequest(request, 'r').toString('latin1').slice(0, 300));
          reject(new Error(`${missing.length} without a reply: ${JSON.stringify(shown)}; ${told.slice(-200)}`));
        }, 5_000).unref();
      });
      socket.write(Buffer.concat(batch.map((request, index) => encodeRequest(request, `hostile.${start + index}`))));
      await done;
    }
    // What comes twice comes right behind.
    await client.flush();
    return { counts, wrong };
  } finally {
    socket.destroy();
    await client.close();
  }
}

/** The most memory that a process had, in MB; see proc(5). */
function mostMemoryMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve', () => {
  it.each([
    ['text', ['--log', 'text']],
    ['JSON', ['--json']],
  ] as const)(
    'answers 10,000 hostile requests once each, and logs each on a line of %s',
    async (format, flags) => {
      const cwd = createTempDir('hostile');
      const canaries = createTempDir('canaries');
      writeFileSync(join(cwd, 'wild.ts'), WILD);
      await using server = await startNatsServer();
      await using pool = startNatsctl(['serve', 'echo', './wild.ts', '--workers', '2', '-s', server.url, ...flags], {
        cwd,
      });
      await pool.waitForLine('stderr', /serving wild/);
      const workers = childrenOf(pool.pid);
      const hostile = new HostileRequests(SEED, join(canaries, 'canary'));
      const requests = Array.from({ length: REQUESTS }, () => hostile.next(SUBJECTS));

      const { counts, wrong } = await send(server.url, requests);
      expect(wrong).toEqual([]);
      expect(counts.filter((count) => count !== 1)).toEqual([]);
      expect(childrenOf(pool.pid)).toEqual(workers);
      if (process.platform === 'linux') for (const pid of workers) expect(mostMemoryMb(pid)).toBeLessThan(400);

      const { code, stderr } = await pool.stop('SIGTERM', 15_000);
      expect(code).toBe(0);
      const lines = stderr.split('\n').slice(0, -1);
      expect(lines.filter((line) => CONTROL.test(line)).slice(0, 3)).toEqual([]);
      let logged: number;
      if (format === 'JSON') {
        const records = lines.map((line) => JSON.parse(line));
        expect(records.filter((record) => record.admin !== undefined)).toEqual([]);
        logged = records.filter(({ message }) => message?.startsWith('Received request for ')).length;
      } else {
        const others = lines.filter((line) => !REQUEST_LINE.test(line));
        expect(others.filter((line) => !/^(?:serving (?:echo|wild) |SIGTERM)/.test(line))).toEqual([]);
        logged = lines.filter((line) => line.includes(' Received request for ')).length;
      }
      // Where the log is read too slowly, lines are left out, and a line says how many.
      const leftOut = [...stderr.matchAll(/(\d+) requests? (?:was|were) not logged/g)];
      expect(logged + leftOut.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(REQUESTS);

      expect(readdirSync(canaries)).toEqual([]);
      expect(readdirSync(cwd)).toEqual(['wild.ts']);
    },
    120_000,
  );

  it('is not ended by the headers of a reply that its handler asked for', async () => {
    const cwd = createTempDir('hostile');
    const handler = "async ({ request }) => (await request('evil')).text()";
    const definition = `{ name: 'asker', version: '1.0.0', endpoints: { ask: { handler: ${handler} } } }`;
    writeFileSync(join(cwd, 'asker.js'), `export default ${definition};`);
    await using server = await startNatsServer();
    await using pool = startNatsctl(['serve', './asker.js', '-s', server.url], { cwd });
    await pool.waitForLine('stderr', /^serving asker/);
    const workers = childrenOf(pool.pid);
    const client = await connect({ servers: server.url });
    const broken = Object.assign(createHeaders(), { encode: () => Buffer.from('NATS/1.0\r\na b:c\r\n\r\n') });
    let body = '';
    client.subscribe('evil', { callback: (_, message) => void message.respond(body, { headers: broken }) });
    for (body of ['', 'x']) {
      const reply = await client.request('asker.ask', '', { timeout: 5_000 });
      expect([reply.headers, reply.string()]).toEqual([undefined, body]);
    }
    expect(childrenOf(pool.pid)).toEqual(workers);
    await client.close();
  });
});
