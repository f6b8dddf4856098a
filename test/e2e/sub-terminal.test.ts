import { fileURLToPath } from 'node:url';
import { headers } from 'nats';
import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { publisherTo } from '../support/subscriber.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const ESCAPE = '\u001b';

describe.skipIf(!hasTerminal)('natsctl sub in a terminal', () => {
  const start = (server: TestServer, args: readonly string[]) =>
    startInTerminal(process.execPath, [launcher, 'sub', '-s', server.url, ...args], { env: { TERM: 'xterm' } });

  /** What a terminal gets of a message that is made to take it over. */
  async function shown(...args: string[]): Promise<string> {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = start(server, ['>', '--count', '1', '--no-color', ...args]);
    await subscriber.waitForLine('stdout', /subscribed to/);
    const fields = headers();
    fields.append('X-Evil', `${ESCAPE}]0;header\u0007`);
    publisher.publish(`evil.${ESCAPE}[2J`, `${ESCAPE}[31mred\u009b1m\u202e`, {
      headers: fields,
      reply: `back.${ESCAPE}c`,
    });
    const { stdout } = await subscriber.finished;
    return stdout.replace(/^.*subscribed to[^\n]*\n/s, '');
  }

  it.each([
    [[], 'evil.\\e[2J (reply to back.\\ec)\r\nX-Evil: \\e]0;header\\x07\r\n\\e[31mred\\x9b1m\\u202e'],
    [['--null'], '\\e[31mred\\x9b1m\\u202e\0'],
    [['--json'], '"subject":"evil.\\u001b[2J","data":"\\u001b[31mred\\u009b1m\\u202e"'],
    [['--subjects-only'], 'evil.\\e[2J\r\n'],
    [['--headers-only'], 'X-Evil: \\e]0;header\\x07\r\n'],
    [
      ['--format', '{{subject}} {{reply}} {{headers.x-evil}} {{data}}'],
      'evil.\\e[2J back.\\ec \\e]0;header\\x07 \\e[31mred',
    ],
  ])('escapes control characters with %j', async (args, expected) => {
    const text = await shown(...args);
    expect(text).toContain(expected);
    for (const character of [ESCAPE, '\u0007', '\u009b', '\u202e']) expect(text).not.toContain(character);
  });

  it('leaves them alone with --raw', async () => {
    expect(await shown('--raw')).toContain(`${ESCAPE}[31mred\u009b1m\u202e\r\n`);
  });

  it('colours JSON', async () => {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = start(server, ['a', '--count', '1']);
    await subscriber.waitForLine('stdout', /subscribed to/);
    publisher.publish('a', '{"n":1}');
    const { stdout } = await subscriber.finished;
    expect(stdout).toContain(`${ESCAPE}[34m"n"${ESCAPE}[39m: ${ESCAPE}[33m1${ESCAPE}[39m`);
  });

  it('escapes the report’s subjects in JSON, too', async () => {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = start(server, ['>', '--report', '--json', '--count', '1']);
    await subscriber.waitForLine('stdout', /subscribed to/);
    publisher.publish('evil.\u009b1m', 'x');
    expect((await subscriber.finished).stdout).toContain('{"subject":"evil.\\u009b1m","messages":1');
  });

  it('draws the report again each second, escaped, and leaves the last one', async () => {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = start(server, ['>', '--report']);
    await subscriber.waitForLine('stdout', /\(all\)/);
    publisher.publish(`evil.${ESCAPE}[2J`, 'x');
    publisher.publish('good', 'xx');
    await subscriber.waitForLine('stdout', /good/);
    // As Ctrl-C is typed.
    subscriber.stdin?.write('\u0003');
    const { code, stdout } = await subscriber.finished;
    expect(code).toBe(0);
    expect(stdout).not.toContain(`evil.${ESCAPE}`);
    const lastFrame = stdout.split(`${ESCAPE}[J`).at(-1) ?? '';
    expect(lastFrame.replaceAll(/^.*?\r?\n?(?=MESSAGES)/gs, '').split('\r\n')).toEqual([
      expect.stringMatching(/SUBJECT$/),
      expect.stringMatching(/evil\.\\e\[2J$/),
      expect.stringMatching(/good$/),
      expect.stringMatching(/\(all\)$/),
      '',
    ]);
  });

  it('takes the report away while it tells something else', async () => {
    await using server = await startServer();
    await using subscriber = start(server, ['>', '--report']);
    await subscriber.waitForLine('stdout', /\(all\)/);
    expect(server.dropClient('natsctl sub')).toBe(1);
    await subscriber.waitForLine('stdout', /messages may have been missed/);
    await subscriber.waitForLine('stdout', /\(all\)/, { nth: 2 });
    const text = subscriber.stdout.text();
    expect(text).toContain(`${ESCAPE}[Jwarning: the connection to ${server.url} was lost; reconnecting\r\n`);
    expect(text).toContain(
      `warning: reconnected to ${server.url}: messages may have been missed\r\n\r${ESCAPE}[?7lMESSAGES`,
    );
  });
});
