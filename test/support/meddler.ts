import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A path to a server that does not deliver as it should. `await using` ends it. */
export interface Meddler extends AsyncDisposable {
  readonly url: string;
}

/**
 * Gives what becomes of a message on its way to a subscriber: the frames that are delivered in its place.
 *
 * @param number of the message among those of its connection, from 1
 */
export type Meddle = (frame: Buffer, number: number) => readonly Buffer[];

/** Starts a proxy before a nats-server that hands all on, but for messages: each connection has a `Meddle` of its own. */
export async function startMeddler(port: number, createMeddle: () => Meddle): Promise<Meddler> {
  const sockets = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const proxy = createServer((client) => {
    const server = hold(connect(port, '127.0.0.1'));
    hold(client).pipe(server);
    const meddle = createMeddle();
    let number = 0;
    let rest: Buffer = Buffer.alloc(0);
    server.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = frameEnd(rest); end !== undefined; end = frameEnd(rest)) {
        const frame = rest.subarray(0, end);
        rest = rest.subarray(end);
        if (!isMessage(frame)) client.write(frame);
        else {
          number += 1;
          for (const delivered of meddle(frame, number)) client.write(delivered);
        }
      }
    });
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `nats://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

function isMessage(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(Buffer.from('MSG ')) || bytes.subarray(0, 5).equals(Buffer.from('HMSG '));
}

/** @returns where the first frame ends; undefined where it is not whole */
function frameEnd(bytes: Buffer): number | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd === -1) return undefined;
  if (!isMessage(bytes)) return lineEnd + 2;
  const size = Number(bytes.toString('latin1', 0, lineEnd).split(' ').at(-1));
  const end = lineEnd + 2 + size + 2;
  return end <= bytes.length ? end : undefined;
}
