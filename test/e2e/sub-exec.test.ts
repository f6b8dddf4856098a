import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { isAlive } from '../support/processes.js';
import { pastSameSignal } from '../support/second-signal.js';
import { publisherTo, startSub } from '../support/subscriber.js';
import { waitUntil } from '../support/wait-until.js';

let server: TestServer;
let publisher: NatsConnection & AsyncDisposable;

beforeAll(async () => {
  server = await startServer();
  publisher = await publisherTo(server.url);
});

afterAll(async () => {
  await publisher.close();
  await server.stop();
});

const exec = (args: readonly string[], script: string, ...more: string[]) =>
  startSub(server.url, [...args, '--exec', '--', 'sh', '-c', script, 'sh', ...more]);
async function publish(...messages: ReadonlyArray<readonly [subject: string, body: string]>): Promise<void> {
  for (const [subject, body] of messages) publisher.publish(subject, body);
  await publisher.flush();
}
const lastObject = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

describe('natsctl sub --exec', () => {
  it('gives a program the body on stdin and the rest in its environment; nothing of it reaches a shell', async () => {
    const script = 'printf "%s|%s|%s|%s|%s" "$NATS_SUBJECT" "$NATS_REPLY" "$NATS_HEADER_X_ID" "$#" "$1"; cat; echo';
    await using subscriber = await exec(['job.>', '--count', '2'], script, '{subject}');
    const fields = headers();
    fields.append('X-Id', '$(touch x)');
    fields.append('X-Id', '`id`');
    publisher.publish('job.$(id)', '; echo $HOME\0', { headers: fields, reply: 'back' });
    publisher.publish('job.b', '');
    const { code, stdout, stderr } = await subscriber.finished;
    expect(code).toBe(0);
    expect(stdout).toBe('job.$(id)|back|$(touch x),`id`|1|job.$(id); echo $HOME\0\njob.b|||1|job.b\n');
    expect(stderr).toContain('2 programs run (exit 0: 2)\n');
  });

  it('runs one at a time unless told otherwise, in the order of the messages', async () => {
    const log = join(createTempDir('exec'), 'log');
    const script = `b=$(cat); echo "begin $b" >>"$1"; [ "$b" = 1 ] && sleep 0.2; echo "end $b" >>"$1"`;
    await using subscriber = await exec(['order', '--count', '3'], script, log);
    await publish(['order', '1'], ['order', '2'], ['order', '3']);
    expect(await subscriber.finished).toMatchObject({ code: 0 });
    expect(readFileSync(log, 'utf8')).toBe('begin 1\nend 1\nbegin 2\nend 2\nbegin 3\nend 3\n');
  });

  it('runs as many as --concurrency at a time, and no more', async () => {
    // Each ends when a third is there; a fourth would be seen.
    const folder = createTempDir('exec');
    const script = `touch "$1/$$"; n=0; while [ $n -lt 3 ]; do n=$(ls "$1" | wc -l); sleep 0.02; done; sleep 0.3; ls "$1" | wc -l`;
    await using subscriber = await exec(['many', '--count', '4', '--concurrency', '3'], script, folder);
    await publish(['many', '1'], ['many', '2'], ['many', '3'], ['many', '4']);
    const { code, stdout } = await subscriber.finished;
    expect(code).toBe(0);
    const counts = stdout.trim().split(/\s+/).map(Number);
    expect(counts).toHaveLength(4);
    expect(Math.min(...counts)).toBe(3);
  });

  it('keeps the lines of programs that run at the same time whole', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9 10; do printf "%s" "$NATS_SUBJECT-"; sleep 0.01; echo "$i"; done';
    await using subscriber = await exec(['line.*', '--count', '4', '--concurrency', '4'], script);
    await publish(['line.a', ''], ['line.b', ''], ['line.c', ''], ['line.d', '']);
    const { stdout } = await subscriber.finished;
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(40);
    for (const line of lines) expect(line).toMatch(/^line\.[a-d]-\d+$/);
  });

  it('counts exit codes, and ends with 7 where one was not 0', async () => {
    await using subscriber = await exec(
      ['fail', '--count', '3'],
      'case $(cat) in 0) ;; k) kill -9 $$ ;; *) exit 3 ;; esac',
    );
    await publish(['fail', '0'], ['fail', '3'], ['fail', 'k']);
    expect(await subscriber.finished).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(
        /warning: sh: exit 3, for a message on fail\nwarning: sh: SIGKILL, for a message on fail\n3 programs run \(exit 0: 1, exit 3: 1, SIGKILL: 1\)\nerror: 2 of 3 programs failed\n$/,
      ),
    });
  });

  it('has the counts as JSON, and each line of stderr as an object, with --json', async () => {
    await using subscriber = await exec(['fail', '--count', '2', '--json'], 'echo "say \\"hi\\"" >&2; exit 3');
    await publish(['fail', ''], ['fail', '']);
    const { code, stderr } = await subscriber.finished;
    expect(code).toBe(7);
    const objects = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects).toContainEqual({ level: 'program', message: 'say "hi"' });
    expect(objects).toContainEqual({ summary: { programs: 2, failed: 2, exit_codes: { 3: 2 } } });
    expect(objects.at(-1)).toEqual({
      error: { kind: 'service_error', message: '2 of 2 programs failed', programs: 2, failed: 2 },
    });
  });

  it('ends at the first that fails with --fail-fast, and waits for those that run', async () => {
    await using subscriber = await exec(
      ['fast', '--fail-fast', '--concurrency', '2'],
      'if [ "$(cat)" = slow ]; then sleep 0.3; echo finished; else exit 1; fi',
    );
    await publish(['fast', 'slow'], ['fast', 'bad']);
    expect(await subscriber.finished).toMatchObject({
      code: 7,
      stdout: 'finished\n',
      stderr: expect.stringContaining('error: sh: exit 1, for a message on fast\n'),
    });
  });

  it.each([
    { name: 'reached --count', args: ['--count', '4'] },
    { name: 'no goal', args: [] },
  ])('runs none after the first that fails with --fail-fast, of those that came already: $name', async ({ args }) => {
    await using subscriber = await exec(['fast', '--fail-fast', ...args], 'echo ran; sleep 0.2; exit 1');
    await publish(['fast', ''], ['fast', ''], ['fast', ''], ['fast', '']);
    const { code, stdout, stderr } = await subscriber.finished;
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'ran\n' });
    expect(stderr).toContain('1 program run (exit 1: 1); 3 messages came for which none was run\n');
    expect(stderr).toContain('error: sh: exit 1, for a message on fast\n');
  });

  it('does not run a program on a subject that could be taken for a flag, unless behind --', async () => {
    await using refusing = await exec(['>', '--count', '1'], 'echo "$1"', '{subject}');
    await using taking = await exec(['>', '--count', '1'], 'echo "$2"', '--', '{subject}');
    await publish(['-rf', '']);
    expect(await refusing.finished).toMatchObject({
      code: 7,
      stdout: '',
      stderr: expect.stringContaining('not started: the subject could be taken for a flag; write -- before {subject}'),
    });
    expect(await taking.finished).toMatchObject({ code: 0, stdout: '-rf\n' });
  });

  it('counts a message that does not fit the environment as a failure, and goes on', async () => {
    await using subscriber = await exec(['big', '--count', '2'], 'echo ran');
    const fields = headers();
    fields.append('A', 'x'.repeat(200_000));
    publisher.publish('big', '', { headers: fields });
    publisher.publish('big', '');
    expect(await subscriber.finished).toMatchObject({
      code: 7,
      stdout: 'ran\n',
      stderr: expect.stringContaining('its arguments and environment are too large (E2BIG)'),
    });
  });

  it('at a signal waits for the program that runs, begins none, and says what was left', async () => {
    await using subscriber = await exec(['late'], 'echo "begin $(cat)"; sleep 0.5; echo end');
    await publish(['late', '1'], ['late', '2'], ['late', '3']);
    await subscriber.waitForLine('stdout', /begin 1/);
    expect(await subscriber.stop('SIGINT')).toMatchObject({
      code: 0,
      stdout: 'begin 1\nend\n',
      stderr: expect.stringContaining('1 program run (exit 0: 1); 2 messages came for which none was run\n'),
    });
  });

  it('at a second signal kills it, and all that it started', async () => {
    await using subscriber = await exec(['hang'], 'trap "" INT TERM; sleep 600 & echo "$$ $!"; wait');
    await publish(['hang', '']);
    const [, ...pids] = await subscriber.waitForLine('stdout', /^(\d+) (\d+)$/);
    subscriber.process.kill('SIGTERM');
    await subscriber.waitForLine('stderr', /waiting for 1 program/);
    expect(pids.map(Number).every(isAlive)).toBe(true);
    await pastSameSignal();
    expect(await subscriber.stop('SIGTERM')).toMatchObject({ code: 143 });
    await waitUntil(() => !pids.map(Number).some(isAlive));
  });

  it('holds the server back while all are busy, and runs for each message once', async () => {
    const body = 'x'.repeat(1_000);
    await using subscriber = await exec(['flood', '--count', '60', '--concurrency', '2'], 'wc -c');
    await publish(...Array.from({ length: 2_000 }, () => ['flood', body] as const));
    const { code, stdout } = await subscriber.finished;
    expect(code).toBe(0);
    expect(stdout.trim().split(/\s+/)).toEqual(Array.from({ length: 60 }, () => '1000'));
  });

  it('ends with 0 where the reader of stdout goes away, and leaves nothing running', async () => {
    const script = 'if [ "$(cat)" = hang ]; then echo $$; exec sleep 600; else echo hello; fi';
    await using subscriber = await exec(['gone', '--concurrency', '2'], script);
    await publish(['gone', 'hang']);
    const [, pid] = await subscriber.waitForLine('stdout', /^(\d+)$/);
    subscriber.process.stdout?.destroy();
    await publish(['gone', '']);
    expect(await subscriber.exited).toMatchObject({ code: 0 });
    await waitUntil(() => !isAlive(Number(pid)));
  });

  it('tells of a summary with nothing in it', async () => {
    await using subscriber = await exec(['none', '--for', '200ms', '--json'], 'true');
    const { code, stderr } = await subscriber.finished;
    expect(code).toBe(0);
    expect(lastObject(stderr)).toEqual({ summary: { programs: 0, failed: 0 } });
  });
});
