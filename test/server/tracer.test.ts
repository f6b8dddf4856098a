import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/index.js';
import { HEADERS, lines } from './cases/raw-case.js';
import { RawClient } from './raw-client.js';

describe('a trace', () => {
  it('shows the protocol both ways, line by line', async () => {
    await using traced = await trace(
      HEADERS + lines('SUB foo 1', 'HPUB foo r 12 14', 'NATS/1.0\r\n\r\nhi', 'UNSUB 1 2', 'PING'),
    );
    expect(traced.shown.slice(1)).toEqual([
      'in CONNECT {"verbose":false,"pedantic":false,"headers":true}',
      'in SUB foo 1',
      'in HPUB foo r 12 14',
      'in NATS/1.0',
      'in hi',
      'out HMSG foo 1 r 12 14',
      'out NATS/1.0',
      'out hi',
      'in UNSUB 1 2',
      'in PING',
      'out PONG',
    ]);
    expect(traced.shown[0]).toMatch(/^out INFO \{"server_id"/);
  });

  it('cuts what is long', async () => {
    await using traced = await trace(lines('PUB foo 5000', 'x'.repeat(5_000)));
    expect(Math.max(...traced.shown.slice(1).map((line) => line.length))).toBeLessThan(600);
  });

  it('shows no secret of a CONNECT that comes byte by byte', async () => {
    await using traced = await trace(lines('CONNECT {"verbose":false,"user":"anna","pass":"hunter2"}'), true);
    expect(traced.shown.join()).toContain('[masked]');
    expect(traced.shown.join()).not.toMatch(/hunter|unter2/);
  });

  it.each(['CONNECT {"pass":"hunter2"\r\n', 'CONNECX {"pass":"hunter2"}\r\n', 'CONNECT_{"auth_token":"hunter2"\r\n'])(
    'shows no secret of %j, nor does the log',
    async (text) => {
      const shown: string[] = [];
      const server = await startServer({
        port: 0,
        log: (_, message) => void shown.push(message),
        trace: (_, direction, line) => void shown.push(`${direction} ${line}`),
      });
      await using client = await RawClient.connect(server.port);
      await client.send(text);
      await client.closed();
      await server.stop();
      expect(shown.length).toBeGreaterThan(1);
      expect(shown.join()).not.toContain('hunter2');
    },
  );
});

async function trace(text: string, byByte = false): Promise<AsyncDisposable & { readonly shown: readonly string[] }> {
  const shown: string[] = [];
  const server = await startServer({ port: 0, trace: (_, direction, line) => void shown.push(`${direction} ${line}`) });
  await using client = await RawClient.connect(server.port);
  await client.send(text, { byByte });
  if (!text.endsWith('PING\r\n')) await client.sync();
  else await client.waitFor((heard) => heard.endsWith('PONG\r\n'));
  return { shown, [Symbol.asyncDispose]: () => server.stop() };
}
