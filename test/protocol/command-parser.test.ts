import { describe, expect, it } from 'vitest';
import { CommandParser } from '../../src/protocol/command-parser.js';
import { type Call, callsOf, LIMITS } from './recorded-calls.js';

const said = (text: string): Call[] => callsOf([Buffer.from(text, 'latin1')]);
const publish = (subject: string, body: string, reply?: string): Call => ({
  call: 'publish',
  subject,
  reply,
  headers: undefined,
  body,
  tail: `${reply === undefined ? '' : `${reply} `}${body.length}\r\n${body}\r\n`,
});
const problem = (kind: string, detail: string | number): Call => ({ call: 'problem', kind, detail });

describe('the commands', () => {
  it.each<[string, Call]>([
    ['PUB a.b 5\r\nhello\r\n', publish('a.b', 'hello')],
    ['PUB a.b 0\r\n\r\n', publish('a.b', '')],
    ['PUB a.b _INBOX.1 5\r\nhello\r\n', publish('a.b', 'hello', '_INBOX.1')],
    ['pUb a 2\r\n\r\n\r\n', publish('a', '\r\n')],
    ['PUB a 2\nhi\r\n', publish('a', 'hi')],
    ['PUB \t a \t re  2 \r\nhi\r\n', publish('a', 'hi', 're')],
    ['PUB a\x01b 2\r\nhi\r\n', publish('a\x01b', 'hi')],
    ['PUB a r\x00 2\r\nhi\r\n', publish('a', 'hi', 'r\x00')],
    ['SUB a.* 1\r\n', { call: 'subscribe', subject: 'a.*', queue: undefined, sid: '1' }],
    ['sub\ta  q\t1 \n', { call: 'subscribe', subject: 'a', queue: 'q', sid: '1' }],
    ['UNSUB 1\r\n', { call: 'unsubscribe', sid: '1', max: undefined }],
    ['UNSUB 1 7\r\n', { call: 'unsubscribe', sid: '1', max: 7 }],
    ['UNSUB 1 0\r\n', { call: 'unsubscribe', sid: '1', max: undefined }],
    ['UNSUB 1 some\r\n', { call: 'unsubscribe', sid: '1', max: undefined }],
    ['PING\r\n', { call: 'ping' }],
    ['ping and more\n', { call: 'ping' }],
    ['PONG\r\n', { call: 'pong' }],
    ['CONNECT {"name":"\xc3\xa9"}\r\n', { call: 'connect', json: '{"name":"é"}' }],
    ['connect{}\r\n', { call: 'connect', json: '{}' }],
  ])('reads %j', (text, call) => expect(said(text)).toEqual([call]));

  it('reads the headers of an HPUB apart from its body', () => {
    const tail = 're 12 14\r\nNATS/1.0\r\n\r\nhi\r\n';
    const call = { call: 'publish', subject: 'a', reply: 're', headers: 'NATS/1.0\r\n\r\n', body: 'hi', tail };
    expect(said(`HPUB a ${tail}`)).toEqual([call]);
    expect(said('HPUB  a  12  14 \r\nNATS/1.0\r\n\r\nhi\r\n')).toEqual([
      { ...call, reply: undefined, tail: tail.replace('re ', '') },
    ]);
  });

  it.each(['+OK\r\n', 'INFO {}\r\n'])('lets %j pass, as a server says it', (text) => {
    expect(said(`${text}PING\r\n`)).toEqual([{ call: 'ping' }]);
  });
});

describe('the limits', () => {
  const longest = 'x'.repeat(LIMITS.maxControlLine - ' 1'.length);

  it.each([`SUB ${longest} 1\r\n`, `SUB ${longest} 1\n`, `PUB ${longest} 1\r\nx\r\n`, `PUB ${longest} 1\nx\r\n`])(
    'takes a line of just the length allowed: %j',
    (text) => expect(said(text)).toHaveLength(1),
  );

  it.each([
    `SUB x${longest} 1\r\n`,
    `PUB x${longest} 1\r\nx\r\n`,
    `PUB x${longest} 1\nx\r\n`,
    `PUB x${longest} 1`,
    `PING${'x'.repeat(LIMITS.maxControlLine + 2)}`,
  ])('refuses one that is longer by a byte: %j', (text) => {
    expect(said(text)).toEqual([problem('line_too_long', LIMITS.maxControlLine)]);
  });

  it('takes a payload of just the size allowed, and refuses a larger one before it comes', () => {
    const body = 'x'.repeat(LIMITS.maxPayload);
    expect(said(`PUB a ${body.length}\r\n${body}\r\n`)).toEqual([publish('a', body)]);
    expect(said(`PUB a ${body.length + 1}\r\n`)).toEqual([problem('payload_too_large', LIMITS.maxPayload + 1)]);
  });
});

describe('what cannot be understood', () => {
  it.each<[string, string, string]>([
    ['GET / HTTP/1.1\r\n', 'unknown_operation', 'G'],
    ['\r\n', 'unknown_operation', '\r'],
    ['SUB\r\n', 'unknown_operation', 'S'],
    ['SUBx', 'unknown_operation', 'S'],
    ['PUBx', 'unknown_operation', 'P'],
    ['PUB a 2\r\nhiPING\r\n', 'unknown_operation', 'P'],
    ['SUB a\r\n', 'malformed', 'SUB with 1 arguments'],
    ['SUB a b c d\r\n', 'malformed', 'SUB with 4 arguments'],
    ['UNSUB \r\n', 'malformed', 'UNSUB with 0 arguments'],
    ["-ERR 'no'\r\n", 'client_error', "'no'"],
    ['INFO {\r\n', 'malformed', 'INFO that is no JSON'],
    ['PUB a\r\n', 'malformed', 'PUB with 1 arguments'],
    ['PUB a b c 1\r\n', 'malformed', 'PUB with 4 arguments'],
    ['PUB a -1\r\n', 'malformed', 'bad or missing size'],
    ['PUB a 1234567890\r\n', 'malformed', 'bad or missing size'],
    ['HPUB a 2\r\n', 'malformed', 'HPUB with 2 arguments'],
    ['HPUB a x 2\r\n', 'malformed', 'bad or missing header size'],
    ['HPUB a 3 2\r\n', 'malformed', 'header size larger than total size'],
  ])('says so of %j, and nothing after it', (text, kind, detail) => {
    expect(said(`PING\r\n${text}PING\r\n`)).toEqual([{ call: 'ping' }, problem(kind, detail)]);
  });
});

describe('memory', () => {
  it('says nothing more once it is stopped in the middle of a chunk', () => {
    let pings = 0;
    const handler = {
      onConnect: () => undefined,
      onPublish: () => undefined,
      onSubscribe: () => undefined,
      onUnsubscribe: () => undefined,
      onPing: () => {
        pings += 1;
        parser.stop();
      },
      onPong: () => undefined,
      onProblem: () => undefined,
    };
    const parser: CommandParser = new CommandParser(handler, LIMITS);
    parser.parse(Buffer.from('PING\r\nPING\r\n'));
    parser.parse(Buffer.from('PING\r\n'));
    expect(pings).toBe(1);
  });

  it('reads a large payload in small chunks, each of them copied once', () => {
    const size = 16 * 1024 * 1024;
    const chunk = Buffer.alloc(1024, 'x');
    const chunks = [Buffer.from(`PUB a ${size}\r\n`), ...new Array<Buffer>(size / chunk.length).fill(chunk)];
    const started = performance.now();
    expect(callsOf([...chunks, Buffer.from('\r\n')], { ...LIMITS, maxPayload: size })).toHaveLength(1);
    // To join them at each chunk would be to copy 128 GB.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
