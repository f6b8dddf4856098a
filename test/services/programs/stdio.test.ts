import { readdirSync } from 'node:fs';
import { headers as createHeaders, type Msg } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from '../../../src/services/gate.js';
import type { RunningServiceOptions } from '../../../src/services/running-service.js';
import { createTempDir } from '../../support/guardian.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { isAlive } from '../../support/processes.js';
import { natsServers } from '../../support/tools.js';
import { waitUntil } from '../../support/wait-until.js';
import { watchWaiting } from '../../support/waiting.js';
import { hostileText, hostileToken, randomFrom } from './hostile.js';
import { coProcess, outcomeOf, type ServedProgram, serveProgram } from './serving.js';

const MAX_PAYLOAD = 65_536;

// What it says to a server is what every service says, see handlers.test.ts.
for (const { name, path: binary } of natsServers.slice(0, 1)) {
  describe.skipIf(binary === undefined)(`a co-process, on ${name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config: `max_payload: ${MAX_PAYLOAD}` });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    const serve = (options: RunningServiceOptions = {}, ...args: readonly string[]) =>
      serveProgram(server.url, 'stdio', [...coProcess, ...args], options);
    const say = async (served: ServedProgram, body: string): Promise<string> => outcomeOf(await served.ask(body));
    const answer = (served: ServedProgram, fields: object) => served.ask(`answer ${JSON.stringify(fields)}`);

    it('gets all of a request in a line of JSON', async () => {
      await using served = await serve();
      const headers = createHeaders();
      headers.append('X-A', '1');
      headers.append('X-A', '2');
      const whole = JSON.parse(outcomeOf(await served.ask('whole\n"', { subject: 'test.$x', headers })));
      expect(whole).toEqual({
        id: 1,
        subject: 'test.$x',
        data: 'whole\n"',
        headers: { 'X-A': ['1', '2'] },
        reply: expect.stringMatching(/^_INBOX\./),
        timeout_ms: expect.any(Number),
      });
      expect(whole.timeout_ms).toBeGreaterThan(25_000);
      expect(whole.timeout_ms).toBeLessThanOrEqual(30_000);
      const bytes = JSON.parse(outcomeOf(await served.ask(new Uint8Array([0xff]))));
      expect(bytes).toMatchObject({ id: 2, data_base64: '/w==' });
      expect(bytes).not.toHaveProperty('data');
    });

    it('knows how long a caller with a deadline of its own waits', async () => {
      await using served = await serve();
      const headers = createHeaders();
      headers.append('Natsctl-Timeout-Ms', '1000');
      expect(JSON.parse(outcomeOf(await served.ask('whole', { headers }))).timeout_ms).toBeLessThanOrEqual(1_000);
    });

    it.each([
      [{}, ''],
      [{ data: 'text' }, 'text'],
      [{ data_base64: '/wA=' }, '\xff\0'],
      [{ json: { a: [1] } }, '{"a":[1]}'],
      [{ json: 'text' }, '"text"'],
      [{ error: { code: 404, message: 'no order' } }, '404 no order'],
    ])('answers %j', async (fields, outcome) => {
      await using served = await serve();
      expect(outcomeOf(await answer(served, fields))).toBe(outcome);
    });

    it('answers with headers, and with an error that has a body', async () => {
      await using served = await serve();
      const reply = await answer(served, { data: 'x', headers: { 'X-A': ['1', '2'] } });
      expect([outcomeOf(reply), reply.headers?.values('X-A')]).toEqual(['x', ['1', '2']]);
      const error = await answer(served, { error: { code: 404, message: 'no' }, json: { id: 7 } });
      expect([outcomeOf(error), error.string()]).toEqual(['404 no', '{"id":7}']);
    });

    it('answers many in flight, in any order', async () => {
      await using served = await serve();
      const bodies = Array.from({ length: 500 }, (_, index) => String(index));
      const replies = bodies.map((body) => served.ask(`hold ${body}`));
      expect(await say(served, 'release')).toBe('released');
      expect((await Promise.all(replies)).map(outcomeOf)).toEqual(bodies);
    });

    it('has no more in flight than the gate of the worker lets in', async () => {
      await using served = await serve({ workerGate: new Gate(2) });
      const held = ['1', '2'].map((body) => served.ask(`hold ${body}`));
      const releasing = say(served, 'release');
      await waitUntil(() => served.service.inHand() === 3);
      expect(await Promise.race([releasing, served.ask('upper a'), waitFor(100)])).toBe('waited');
      served.exit();
      expect((await Promise.all(held)).map(outcomeOf)).toEqual(Array(2).fill(expect.stringMatching(/^503 .*SIGKILL$/)));
      expect(await releasing).toBe('released');
    });

    it('gives a stream of replies', async () => {
      await using served = await serve();
      const replies = await served.gather('stream 1000');
      expect(replies.map(outcomeOf)).toEqual([...Array.from({ length: 1_000 }, (_, index) => String(index)), '']);
      expect(replies.at(-1)?.headers?.get('Nats-Service-Error')).toBeFalsy();
    });

    it('ends a stream with an error: its own, its death', async () => {
      await using served = await serve();
      const last = (replies: readonly Msg[]) => replies.map(outcomeOf);
      expect(
        last(await served.gather('raw {"id":ID,"data":"a","more":true}\n{"id":ID,"error":{"code":400,"message":"b"}}')),
      ).toEqual(['a', '400 b']);
      const cut = served.gather('begin a');
      await say(served, 'upper x');
      void served.ask('exit 3').catch(() => undefined);
      expect(last(await cut)).toEqual(['a', '503 node ended: exit 3'.replace('node', process.execPath)]);
      expect(await say(served, 'upper b')).toBe('B');
    });

    it('ends a stream at its deadline', async () => {
      await using served = await serve({ handlerTimeoutMs: 1_000 });
      expect((await served.gather('begin a')).map(outcomeOf)).toEqual(['a', '504 no answer within 1 s']);
    });

    it('that dies is started again; what it had in hand is error 503, and what comes meanwhile waits', async () => {
      await using served = await serve();
      const before = await say(served, 'pid');
      const held = served.ask('hold 1');
      const dying = served.ask('exit 3');
      const ended = `503 ${process.execPath} ended: exit 3`;
      expect(outcomeOf(await dying)).toBe(ended);
      const waiting = Array.from({ length: 100 }, (_, index) => say(served, `upper a${index}`));
      expect(outcomeOf(await held)).toBe(ended);
      expect(await Promise.all(waiting)).toEqual(Array.from({ length: 100 }, (_, index) => `A${index}`));
      expect(await say(served, 'pid')).not.toBe(before);
      expect(served.warn.mock.calls).toEqual([
        [`${process.execPath} ended: exit 3; 2 requests in hand got error 503; starting it again at once`],
      ]);
      expect(served.fail).not.toHaveBeenCalled();
    });

    it('that dies over and over, with requests, is started again over and over', async () => {
      await using served = await serve();
      for (let round = 0; round < 6; round++) {
        served.logged.length = 0;
        expect(await say(served, 'exit 1')).toMatch(/^503 /);
      }
      expect(await say(served, 'upper a')).toBe('A');
      expect(served.fail).not.toHaveBeenCalled();
      expect(served.warn.mock.lastCall?.[0]).toMatch(/starting it again in 1\.\d s$/);
    });

    it.each([
      ['raw hello', 'wrote what is no answer: the line is not a JSON object: hello (told once)'],
      ['raw {"data":"a"}', 'wrote what is no answer: the line has no "id": {"data":"a"} (told once)'],
      ['raw {"id":999}', 'answered what it was not asked: {"id":999} (told once)'],
      ['raw \u001b[2J', String.raw`wrote what is no answer: the line is not a JSON object: \e[2J (told once)`],
    ])('may write nonsense, which is told once: %j', async (body, warning) => {
      await using served = await serve();
      for (let round = 0; round < 3; round++) expect(await say(served, `${body}\n{"id":ID,"data":"ok"}`)).toBe('ok');
      expect(served.warn.mock.calls).toEqual([[`${process.execPath} ${warning}`]]);
    });

    it('that answers the same request twice is told of, once', async () => {
      await using served = await serve();
      expect(await say(served, 'raw {"id":ID}\n{"id":ID}')).toBe('');
      expect(await say(served, 'upper a')).toBe('A');
      expect(served.warn.mock.calls).toEqual([[expect.stringContaining('answered what it was not asked')]]);
    });

    it('whose answer is malformed fails that request alone', async () => {
      await using served = await serve();
      expect(outcomeOf(await answer(served, { data: 5 }))).toBe(
        `500 ${process.execPath} gave a malformed answer: "data" is not a string`,
      );
      expect(await say(served, 'upper a')).toBe('A');
    });

    it('whose line is too long fails that request, where it can be told which', async () => {
      await using served = await serve();
      expect(await say(served, `long ${7 * MAX_PAYLOAD + 65_536}`)).toMatch(
        /^500 .* a line has more than 458752 bytes$/,
      );
      expect(await say(served, `longStray ${20 * MAX_PAYLOAD}`)).toBe('');
      expect(await say(served, `long ${2 * MAX_PAYLOAD}`)).toMatch(/^500 the reply has 131072 bytes/);
      expect(served.warn).toHaveBeenCalledTimes(2);
    });

    it('may answer too late, which is told to nobody', async () => {
      await using served = await serve({ handlerTimeoutMs: 1_000 });
      expect(await say(served, 'hold 1')).toBe('504 no answer within 1 s');
      expect(await say(served, 'release')).toBe('released');
      expect(await say(served, 'upper a')).toBe('A');
      expect(served.warn).not.toHaveBeenCalled();
    });

    it('that hangs is killed when a deadline and as long again has passed without a word', async () => {
      // The next one has to be started within it.
      await using served = await serve({ handlerTimeoutMs: 3_000 });
      const before = Number(await say(served, 'pid'));
      expect(await say(served, 'block')).toBe('504 no answer within 3 s');
      await waitUntil(() => served.warn.mock.calls.length === 2);
      expect(isAlive(before)).toBe(false);
      expect(await say(served, 'upper a')).toBe('A');
      expect(served.warn.mock.calls).toEqual([
        [expect.stringMatching(/has said nothing for .*, and is killed$/)],
        [expect.stringMatching(/ended: SIGKILL; starting it again at once$/)],
      ]);
    });

    it('that reads slowly is given all, in the end', async () => {
      await using served = await serve();
      const held = served.ask('hold 1');
      await say(served, 'upper a');
      const pid = Number(await say(served, 'pid'));
      process.kill(pid, 'SIGSTOP');
      const body = 'x'.repeat(60_000);
      const replies = Array.from({ length: 200 }, () => say(served, `upper ${body}`));
      await waitUntil(() => served.service.inHand() === 201);
      process.kill(pid, 'SIGCONT');
      expect(new Set(await Promise.all(replies))).toEqual(new Set([body.toUpperCase()]));
      await say(served, 'release');
      expect(outcomeOf(await held)).toBe('1');
    });

    it('has its stderr in the log', async () => {
      await using served = await serve();
      await say(served, 'log one\ntwo');
      await waitUntil(() => served.logged.length === 2);
      expect(served.logged).toEqual(['one', 'two']);
    });

    it('ends with the service: its stdin is closed', async () => {
      await using served = await serve();
      const pid = Number(await say(served, 'pid'));
      const held = served.ask('slow 300');
      await say(served, 'upper a');
      await served.service.drain();
      expect(isAlive(pid)).toBe(false);
      expect(outcomeOf(await held)).toBe('late');
      expect(served.warn).not.toHaveBeenCalled();
    });

    it.each([
      [['--stay'], 1_000],
      [['--stay', '--ignore-term'], 2_000],
    ] as const)('ends with the service, whether it likes to or not: %j', async (args, atLeastMs) => {
      await using served = await serve({}, ...args);
      const pid = Number(await say(served, 'pid'));
      const since = performance.now();
      await served.service.drain();
      expect(performance.now() - since).toBeGreaterThan(atLeastMs - 50);
      expect(isAlive(pid)).toBe(false);
    });

    it.each(['yes', 'yes >&2', 'cat /dev/zero'])(
      'that writes as fast as it can keeps the worker from nothing: %s',
      async (script) => {
        await using served = await serveProgram(server.url, 'stdio', ['sh', '-c', script], { handlerTimeoutMs: 500 });
        expect(await say(served, '')).toBe('504 no answer within 500 ms');
        expect(served.service.inHand()).toBe(0);
        const endWatch = watchWaiting(() => [process.pid]);
        const since = performance.now();
        await served.service.drain();
        expect(performance.now() - since).toBeLessThan(4_000 + endWatch());
      },
    );

    it.each([
      [
        ['sh', '-c', 'echo first >&2; echo "no module named x" >&2; exit 1'],
        'sh ended at once: exit 1 (no module named x)',
      ],
      [['sh', '-c', 'exit 0'], 'sh ended at once: exit 0'],
    ])('that does not start keeps the service from it: %j', async (command, reason) => {
      await expect(serveProgram(server.url, 'stdio', command)).rejects.toMatchObject({
        kind: 'pool',
        message: `start of service test failed: ${reason}`,
      });
    });

    it('that ends again and again before it has a request is given up', async () => {
      await using served = await serveProgram(server.url, 'stdio', ['sh', '-c', 'sleep 0.4; echo tired >&2; exit 7']);
      await waitUntil(() => served.fail.mock.calls.length > 0, { timeout: 15_000 });
      expect(served.fail.mock.calls).toEqual([
        [
          expect.objectContaining({
            kind: 'pool',
            message: 'service test does not stay alive: sh ended: exit 7 (tired)',
          }),
        ],
      ]);
      expect(served.warn).toHaveBeenCalledTimes(2);
    });
  });
}

describe.skipIf(natsServers[0]?.path === undefined)('hostile requests to --stdio', () => {
  it('10,000 of them arrive as they are, and reach no shell', async () => {
    await using server = await startNatsServer();
    const canaries = createTempDir('canaries');
    await using served = await serveProgram(server.url, 'stdio', coProcess);
    const random = randomFrom(11);
    for (let round = 0; round < 100; round++) {
      const sent = Array.from({ length: 100 }, () => ({
        body: hostileText(random, canaries),
        header: hostileText(random, canaries)
          .replace(/[\r\n]/g, ' ')
          .trim(),
        subject: `test.${hostileToken(random, canaries)}`,
      }));
      const replies = sent.map(({ body, header, subject }) => {
        const headers = createHeaders();
        headers.append('X-A', header);
        return served.ask(`whole ${body}`, { subject, headers });
      });
      const got = (await Promise.all(replies)).map((reply) => reply.json<Record<string, unknown>>());
      expect(got.map(({ data, headers, subject }) => ({ data, headers, subject }))).toEqual(
        sent.map(({ body, header, subject }) => ({ data: `whole ${body}`, headers: { 'X-A': [header] }, subject })),
      );
    }
    expect(readdirSync(canaries)).toEqual([]);
    expect(served.warn).not.toHaveBeenCalled();
  });
});

/** So long, for what is not to happen meanwhile. */
function waitFor(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('waited'), ms));
}
