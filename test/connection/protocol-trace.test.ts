import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProtocolTrace, type TraceStyle } from '../../src/connection/protocol-trace.js';
import { memoryStream } from '../output/memory-stream.js';

/** What a trace shows of bytes that were sent. */
function shownOf(text: string | Uint8Array, style: TraceStyle = { json: false }): string {
  const stream = memoryStream();
  createProtocolTrace(style, stream).sent(Buffer.from(text));
  return stream.text();
}

describe('a trace of the protocol', () => {
  it('shows both directions and what became of the socket, a frame a line', () => {
    const stream = memoryStream();
    const trace = createProtocolTrace({ json: false }, stream);
    trace.note('connected to 127.0.0.1:4222');
    trace.received(Buffer.from('INFO {"server_name":"a"} \r\n'));
    trace.sent(Buffer.from('CONNECT {"user":"anna","pass":"hunter2"}\r\nPING\r\n'));
    trace.received(Buffer.from('PONG\r\nMSG a.b 1 5\r\nhello\r\nMSG a.b 1 0\r\n\r\n'));
    expect(stream.text().split('\n')).toEqual([
      '-- connected to 127.0.0.1:4222',
      '<< INFO {"server_name":"a"} ',
      '>> CONNECT {"user":"anna","pass":"[masked]"}',
      '>> PING',
      '<< PONG',
      '<< MSG a.b 1 5 | hello',
      '<< MSG a.b 1 0',
      '',
    ]);
  });

  it('says which worker it is', () => {
    expect(shownOf('PING\r\n', { json: false, worker: 3 })).toBe('worker-3 >> PING\n');
    expect(JSON.parse(shownOf('PING\r\n', { json: true, worker: 3 }))).toMatchObject({ worker: 3 });
  });

  it('is JSON where all on stderr is', () => {
    expect(JSON.parse(shownOf('PUB a 4\r\nh\r\ni\r\n', { json: true }))).toEqual({
      level: 'trace',
      direction: 'out',
      line: 'PUB a 4',
      payload: 'h\r\ni',
    });
  });

  it('lets no control character through, in a line nor in a payload', () => {
    expect(shownOf('PUB a 6\r\n\u001b[2J\r\n\r\n')).toBe('>> PUB a 6 | \\e[2J\\r\\n\n');
    expect(shownOf('PUB a\u001b 1\r\n\u0007\r\n')).toBe('>> PUB a\\e 1 | \\x07\n');
    expect(shownOf(Buffer.concat([Buffer.from('PUB a 2\r\n'), Buffer.from([0xff, 0x00]), Buffer.from('\r\n')]))).toBe(
      '>> PUB a 2 | \\xff\\x00\n',
    );
  });

  it('cuts a long payload, not through a character', () => {
    const text = `x${'ż'.repeat(1_000)}`;
    const size = Buffer.byteLength(text);
    const shown = shownOf(`PUB a ${size}\r\n${text}\r\n`);
    expect(shown).toBe(`>> PUB a ${size} | x${'ż'.repeat(255)}… (${size - 512} more bytes)\n`);
  });

  it.each([
    'CONNECT {"jwt":"hunter2","sig":"hunter2","nkey":"hunter2","auth_token":"hunter2"}\r\n',
    'CONNECT {"pass":"hunter2"\r\n',
    `CONNECT {"x":"${'x'.repeat(70_000)}","pass":"hunter2"}\r\n`,
  ])('shows no secret of %.60s', (text) => {
    expect(shownOf(text)).not.toContain('hunter2');
    expect(shownOf(text, { json: true })).not.toContain('hunter2');
  });

  it('leaves lines out where nobody takes them, and says how many', () => {
    const taken: string[] = [];
    let take: () => void = () => undefined;
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        taken.push(String(chunk));
        take = done;
      },
    });
    const trace = createProtocolTrace({ json: false }, stream);
    const batch = Buffer.from(`PUB a 400\r\n${'x'.repeat(400)}\r\n`);
    for (let count = 0; count < 20_000; count++) trace.sent(batch);
    expect(stream.writableLength).toBeLessThan(5 * 1024 * 1024);
    while (stream.writableLength > 0) take();
    trace.sent(batch);
    take();
    expect(taken.join('')).toMatch(/-- \d+ lines left out: nobody takes them in time\n>> PUB a 400/);
  });
});
