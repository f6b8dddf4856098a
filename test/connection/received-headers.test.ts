import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connection/index.js';
import { startServer } from '../../src/testing/index.js';
import { RawClient } from '../server/raw-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { natsServers } from '../support/tools.js';
import { planFor } from './planning.js';

/** What a server lets pass, and what it says: latin1, byte for byte. */
const BLOCKS: ReadonlyArray<readonly [block: string, fields: Record<string, readonly string[]>]> = [
  ['NATS/1.0\r\nBad Name: x\r\nA: 1\r\nA: 2\r\n\r\n', { 'Bad Name': ['x'], A: ['1', '2'] }],
  ['NATS/1.0\r\n: x\r\n\r\n', { '': ['x'] }],
  ['NATS/1.0\r\nA: x\ny\r\n\r\n', { A: ['x\ny'] }],
  ['NATS/1.0\r\nA\xc3\xa9: \xff\r\n\r\n', { 'A\u00e9': ['\ufffd'] }],
  ['NATS/1.0\r\nno colon\r\n\r\n', {}],
  ['garbage\r\n\r\n', {}],
];

const servers = [
  { name: 'the development server', path: 'built in', start: async () => startServer() },
  ...natsServers.map(({ name, path }) => ({ name, path, start: async () => startNatsServer({ binary: path ?? '' }) })),
];

describe.each(servers.filter(({ path }) => path !== undefined))(
  'headers that nats.js would not send, through $name',
  ({ start }) => {
    it('are read as they stand', async () => {
      await using server = await start();
      const connection = await connect(planFor(server.url));
      const received: unknown[] = [];
      connection.nats.subscribe('a', {
        callback: (_, { headers }) => {
          received.push(Object.fromEntries(headers?.keys().map((name) => [name, headers.values(name)]) ?? []));
        },
      });
      await connection.confirm();
      await using stranger = await RawClient.connect(Number(new URL(server.url).port));
      await stranger.send('CONNECT {"headers":true,"verbose":false}\r\n');
      for (const [block] of BLOCKS) await stranger.send(publish('a', block));
      await stranger.sync();
      await connection.confirm();
      await connection.close();
      expect(received).toEqual(BLOCKS.map(([, fields]) => fields));
    });

    it.each([
      ['serve echo', ['serve', 'echo', '--log', 'off'], 'echo', /serving echo/],
      ['reply --echo', ['reply', 'echo', '--echo'], 'echo', /subscribed|replying|answering/],
    ] as const)('end neither a worker nor a program: %s', async (_, args, subject, ready) => {
      await using server = await start();
      await using program = startNatsctl([...args, '-s', server.url]);
      await program.waitForLine('stderr', ready);
      await using stranger = await RawClient.connect(Number(new URL(server.url).port));
      await stranger.send('CONNECT {"headers":true,"verbose":false,"no_responders":true}\r\nSUB inbox 1\r\n');
      for (const [block] of BLOCKS) await stranger.send(publish(`${subject} inbox`, block));
      await stranger.waitFor((heard) => heard.split('hello').length > BLOCKS.length);
      expect((await natsctl(['request', '-s', server.url, subject, 'still there'])).stdout).toBe('still there\n');
      const { code, stderr } = await program.stop('SIGINT');
      expect(code).toBe(0);
      expect(stderr).not.toMatch(/ended|error/);
    });

    it('of a reply end no request', async () => {
      await using server = await start();
      await using stranger = await RawClient.connect(Number(new URL(server.url).port));
      await stranger.send('CONNECT {"headers":true,"verbose":false}\r\nSUB odd 1\r\n');
      await stranger.sync();
      const asked = natsctl(['request', '-s', server.url, 'odd', '', '--json']);
      await stranger.waitFor((heard) => /^MSG odd 1 \S+ 0\r\n/m.test(heard));
      const [, inbox = ''] = /^MSG odd 1 (\S+) 0/m.exec(stranger.heard) ?? [];
      await stranger.send(publish(inbox, 'NATS/1.0\r\nBad Name: x\r\n\r\n'));
      const { code, stdout } = await asked;
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ data: 'hello', headers: { 'Bad Name': ['x'] } });
    });
  },
);

function publish(subjects: string, block: string): string {
  return `HPUB ${subjects} ${block.length} ${block.length + 5}\r\n${block}hello\r\n`;
}
