import { crc32, deflateSync } from 'node:zlib';
import { connect, type NatsConnection } from 'nats';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { tools } from '../support/tools.js';
import { type Answer, ask, headersOf, type ServedExample, serveExample } from './serve-example.js';

/** A picture with some detail in it. */
const photo = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff', width = 300, height = 200) =>
  sharp({
    create: { width, height, channels: 3, background: 'teal', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  })
    .toFormat(format)
    .toBuffer();

/** The start of a PNG file that says to be of this size, and has nothing in it. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(10))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe.skipIf(tools.natsServer.path === undefined)('examples/resizer', () => {
  let server: NatsServer;
  let client: NatsConnection;
  let pool: ServedExample;
  beforeAll(async () => {
    server = await startNatsServer();
    client = await connect({ servers: server.url });
    pool = await serveExample(server.url, ['./examples/resizer/resizer.ts', '--workers', '2', '--log', 'off']);
  });
  afterAll(async () => {
    await pool?.[Symbol.asyncDispose]();
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const resize = (picture: Uint8Array, headers: Record<string, string>) =>
    ask(client, 'images.resize', picture, headers);
  const shapeOf = async ({ data, error }: Answer) => {
    if (error !== undefined) throw new Error(error);
    const { format, width, height } = await sharp(data).metadata();
    return { format, width, height };
  };

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'reads %s, keeps the format where it can',
    async (format) => {
      const kept = { jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'png', avif: 'heif', tiff: 'png' }[format];
      const picture = await photo(format);
      expect(await shapeOf(await resize(picture, { Width: '150' }))).toEqual({ format: kept, width: 150, height: 100 });
      const described = await ask(client, 'images.describe', picture);
      expect(JSON.parse(new TextDecoder().decode(described.data))).toEqual({ format, width: 300, height: 200 });
    },
  );

  it('takes sizes, a way to fit and a format, and never makes a picture larger', async () => {
    const picture = await photo('png');
    const cover = { Width: '100', Height: '100', Fit: 'cover', Format: 'webp' };
    expect(await shapeOf(await resize(picture, cover))).toEqual({ format: 'webp', width: 100, height: 100 });
    expect(await shapeOf(await resize(picture, { Height: '4000' }))).toMatchObject({ width: 300, height: 200 });
  });

  it.each<
    [what: string, picture: () => Promise<Uint8Array> | Uint8Array, headers: Record<string, string>, error: RegExp]
  >([
    ['no body', () => new Uint8Array(), { Width: '10' }, /^400: the body is empty/],
    ['no picture', () => Buffer.from('hello'), { Width: '10' }, /^415: the body is no picture/],
    [
      'a picture that is a program',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      { Width: '10' },
      /^415: svg is not taken/,
    ],
    [
      'half a picture',
      async () => (await photo('jpeg')).subarray(0, 4_000),
      { Width: '10' },
      /^422: the picture is damaged/,
    ],
    ['a picture without its content', () => pngOfSize(100, 100), { Width: '10' }, /^422: the picture is damaged/],
    ['one that unpacks to 10 GB', () => pngOfSize(60_000, 60_000), { Width: '10' }, /^413: 60000x60000 are more/],
    ['no size', () => photo('png'), {}, /^400: header Width or Height is missing/],
    ['a size that is none', () => photo('png'), { Width: '1e3' }, /^400: header Width is a whole number/],
    ['a size too large', () => photo('png'), { Height: '5000' }, /^400: header Height is a whole number/],
    ['an unknown fit', () => photo('png'), { Width: '9', Fit: 'tight' }, /^400: header Fit is one of cover/],
    ['an unknown format', () => photo('png'), { Width: '9', Format: '../x' }, /^400: header Format is one of jpeg/],
  ])('refuses %s', async (_, picture, headers, error) => {
    expect((await resize(await picture(), headers)).error).toMatch(error);
  });

  it('goes on where a worker is killed under requests', async () => {
    const picture = await photo('jpeg', 1_200, 800);
    const options = { timeout: 10_000, headers: headersOf({ Width: '300' }) };
    const asked = Array.from({ length: 40 }, () => client.request('images.resize', picture, options));
    // The first answer says that the others are in hand, or wait.
    await Promise.any(asked);
    process.kill(pool.workers()[1] as number, 'SIGKILL');
    const outcomes = await Promise.allSettled(asked);
    await pool.waitForLine('stderr', /worker-2 serves resizer again/);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(5);
    expect(await shapeOf(await resize(picture, { Width: '300' }))).toMatchObject({ width: 300, height: 200 });
  });
});
