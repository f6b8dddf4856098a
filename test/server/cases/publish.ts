import { connect, HEADERS, lines, QUIET, type RawCase } from './raw-case.js';

const PAYLOAD_OF_ALL_BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
const WITH_OPERATIONS = 'a\r\nPUB bar 1\r\nx\r\nSUB > 9\r\n-ERR';
const HEADER = 'NATS/1.0\r\nA: b\r\n\r\n';

/** PUB, HPUB and what becomes of them. */
export const publishCases: readonly RawCase[] = [
  {
    does: 'delivers a message to its own sender',
    says: QUIET + lines('SUB foo 1', 'PUB foo 5', 'hello'),
    hears: lines('MSG foo 1 5', 'hello'),
  },
  {
    does: 'delivers a reply subject',
    says: QUIET + lines('SUB foo 1', 'PUB foo back.1 5', 'hello'),
    hears: lines('MSG foo 1 back.1 5', 'hello'),
  },
  {
    does: 'delivers a message of no bytes',
    says: QUIET + lines('SUB foo 1', 'PUB foo 0', ''),
    hears: lines('MSG foo 1 0', ''),
  },
  {
    does: 'delivers any bytes unchanged',
    says: QUIET + lines('SUB foo 1', 'PUB foo 256', PAYLOAD_OF_ALL_BYTES),
    hears: lines('MSG foo 1 256', PAYLOAD_OF_ALL_BYTES),
  },
  {
    does: 'takes line ends and operations within a payload for payload',
    says: QUIET + lines('SUB foo 1', `PUB foo ${WITH_OPERATIONS.length}`, WITH_OPERATIONS),
    hears: lines(`MSG foo 1 ${WITH_OPERATIONS.length}`, WITH_OPERATIONS),
  },
  {
    does: 'takes a size with leading zeros, and delivers it so',
    says: QUIET + lines('SUB foo 1', 'PUB foo 0005', 'hello'),
    hears: lines('MSG foo 1 0005', 'hello'),
  },
  {
    does: 'delivers in the order of the publishes',
    says: QUIET + lines('SUB foo 1', 'PUB foo 1', '1', 'PUB foo 1', '2', 'PUB foo 1', '3'),
    hears: lines('MSG foo 1 1', '1', 'MSG foo 1 1', '2', 'MSG foo 1 1', '3'),
  },
  {
    does: 'delivers to other clients',
    says: [
      ['a', QUIET + lines('SUB foo 1')],
      ['b', QUIET + lines('SUB foo 22')],
      ['c', QUIET + lines('PUB foo r 2', 'hi')],
    ],
    hears: { a: lines('MSG foo 1 r 2', 'hi'), b: lines('MSG foo 22 r 2', 'hi'), c: '' },
  },
  {
    does: 'takes operations that come byte by byte',
    byByte: true,
    says: HEADERS + lines('SUB foo 1', 'PUB foo r 5', 'hello', `HPUB foo 18 20`, `${HEADER}ab`, 'UNSUB 1', 'PING'),
    hears: lines('MSG foo 1 r 5', 'hello', 'HMSG foo 1 18 20', `${HEADER}ab`, 'PONG'),
  },
  {
    does: 'takes tabs and many blanks between arguments',
    says: QUIET + lines('SUB  \t foo \t 1  ', 'PUB\tfoo\t\tr   5\t', 'hello'),
    hears: lines('MSG foo 1 r 5', 'hello'),
  },
  {
    does: 'takes lower and mixed case',
    says: QUIET + lines('sub foo 1', 'pub foo 5', 'hello', 'PuB foo 2', 'hi', 'unsub 1', 'ping'),
    hears: lines('MSG foo 1 5', 'hello', 'MSG foo 1 2', 'hi', 'PONG'),
  },
  {
    does: 'takes lines that end in a line feed alone',
    says: `${QUIET}SUB foo 1\nPUB foo r 5\nhello\r\nPING\n`,
    hears: lines('MSG foo 1 r 5', 'hello', 'PONG'),
  },
  {
    does: 'refuses a payload that ends in a line feed alone',
    says: `${QUIET}PUB foo 5\nhello\nPING\n`,
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  {
    does: 'refuses a payload that ends in a line feed alone before anything follows',
    says: `${QUIET}PUB foo 5\r\nhello\n`,
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  {
    does: 'refuses a payload longer than its size',
    says: QUIET + lines('SUB foo 1', 'PUB foo 2', 'hello'),
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  {
    does: 'takes what follows a payload shorter than its size for payload',
    says: QUIET + lines('SUB foo 1', 'PUB foo 9', 'hello', 'PI'),
    hears: lines('MSG foo 1 9', 'hello\r\nPI'),
  },
  { does: 'closes on a negative size', says: QUIET + lines('PUB foo -1', ''), hears: '', closes: true },
  { does: 'closes on a size of 10 digits', says: QUIET + lines('PUB foo 1000000000', ''), hears: '', closes: true },
  { does: 'closes on a size that is no number', says: QUIET + lines('PUB foo five', 'hello'), hears: '', closes: true },
  { does: 'closes on a size with a sign', says: QUIET + lines('PUB foo +5', 'hello'), hears: '', closes: true },
  { does: 'closes on a PUB without a size', says: QUIET + lines('PUB foo'), hears: '', closes: true },
  { does: 'closes on a PUB with too many arguments', says: QUIET + lines('PUB a b c 1', 'x'), hears: '', closes: true },
  {
    does: 'refuses a PUB without arguments',
    says: QUIET + lines('PUB'),
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  { does: 'closes on a PUB with a blank alone', says: QUIET + lines('PUB '), hears: '', closes: true },
  {
    does: 'refuses a payload over max_payload before it comes',
    says: QUIET + lines('PUB foo 1048577'),
    hears: lines("-ERR 'Maximum Payload Violation'"),
    closes: true,
  },
  {
    does: 'takes a payload of exactly max_payload',
    server: 'small',
    says: QUIET + lines('SUB foo 1', 'PUB foo 16', '0123456789abcdef'),
    hears: lines('MSG foo 1 16', '0123456789abcdef'),
  },
  {
    does: 'refuses one byte more than max_payload',
    server: 'small',
    says: QUIET + lines('SUB foo 1', 'PUB foo 17', '0123456789abcdefg'),
    hears: lines("-ERR 'Maximum Payload Violation'"),
    closes: true,
  },
  {
    does: 'counts headers as payload',
    server: 'small',
    says: HEADERS + lines('HPUB foo 12 17', 'NATS/1.0\r\n\r\nhello'),
    hears: lines("-ERR 'Maximum Payload Violation'"),
    closes: true,
  },
  {
    does: 'delivers headers',
    says: HEADERS + lines('SUB foo 1', 'HPUB foo 18 23', `${HEADER}hello`),
    hears: lines('HMSG foo 1 18 23', `${HEADER}hello`),
  },
  {
    does: 'delivers headers with a reply subject',
    says: HEADERS + lines('SUB foo 1', 'HPUB foo r 18 18', HEADER),
    hears: lines('HMSG foo 1 r 18 18', HEADER),
  },
  {
    does: 'delivers headers in lower case, with tabs and a bare line feed',
    says: `${HEADERS}SUB foo 1\r\nhpub\tfoo  r\t18 20\n${HEADER}ab\r\n`,
    hears: lines('HMSG foo 1 r 18 20', `${HEADER}ab`),
  },
  {
    does: 'does not look into headers',
    says: HEADERS + lines('SUB foo 1', 'HPUB foo 5 8', '12345abc'),
    hears: lines('HMSG foo 1 5 8', '12345abc'),
  },
  {
    does: 'delivers a message with headers of no bytes as one without',
    says: HEADERS + lines('SUB foo 1', 'HPUB foo 0 5', 'hello'),
    hears: lines('MSG foo 1 5', 'hello'),
  },
  {
    does: 'strips headers for a client that does not know of them',
    says: [
      ['old', QUIET + lines('SUB foo 1')],
      ['new', HEADERS + lines('SUB foo 7', 'HPUB foo r 18 23', `${HEADER}hello`, 'HPUB foo 18 18', HEADER)],
    ],
    hears: {
      old: lines('MSG foo 1 r 5', 'hello', 'MSG foo 1 0', ''),
      new: lines('HMSG foo 7 r 18 23', `${HEADER}hello`, 'HMSG foo 7 18 18', HEADER),
    },
  },
  {
    does: 'closes on headers from a client that did not say it knows of them, before they come',
    says: QUIET + lines('HPUB foo 18 23'),
    hears: '',
    closes: true,
  },
  {
    does: 'closes on headers longer than the message',
    says: HEADERS + lines('HPUB foo 24 23', `${HEADER}hello`),
    hears: '',
    closes: true,
  },
  {
    does: 'closes on a negative header size',
    says: HEADERS + lines('HPUB foo -1 5', 'hello'),
    hears: '',
    closes: true,
  },
  {
    does: 'closes on a header size that is no number',
    says: HEADERS + lines('HPUB a x 5', 'hello'),
    hears: '',
    closes: true,
  },
  { does: 'closes on an HPUB with one size', says: HEADERS + lines('HPUB foo 5', 'hello'), hears: '', closes: true },
  {
    does: 'confirms each operation to a verbose client',
    says:
      connect({ verbose: true, headers: true }) +
      lines(
        'SUB foo 1',
        'PUB foo 2',
        'hi',
        'HPUB bar 12 12',
        'NATS/1.0\r\n\r\n',
        'UNSUB 1',
        'UNSUB 77',
        'PING',
        'PONG',
      ),
    hears: lines('+OK', '+OK', '+OK', 'MSG foo 1 2', 'hi', '+OK', '+OK', '+OK', 'PONG'),
  },
  {
    does: 'tells a pedantic client of a subject with wildcards, and publishes',
    says: connect({ pedantic: true }) + lines('SUB foo.* 1', 'PUB foo.* 2', 'hi', 'PUB > 0', '', 'PUB foo..bar 0', ''),
    hears: lines(
      "-ERR 'Invalid Publish Subject'",
      'MSG foo.* 1 2',
      'hi',
      "-ERR 'Invalid Publish Subject'",
      "-ERR 'Invalid Publish Subject'",
    ),
  },
  {
    does: 'lets a pedantic client publish to tokens that hold wildcards and control characters',
    says: connect({ pedantic: true }) + lines('SUB > 1', 'PUB foo*.b>r 0', '', 'PUB a\x01b\x7f 0', ''),
    hears: lines('MSG foo*.b>r 1 0', '', 'MSG a\x01b\x7f 1 0', ''),
  },
  {
    does: 'says nothing of wildcards in a subject to one that is not pedantic',
    says: QUIET + lines('SUB foo.* 1', 'PUB foo.* 2', 'hi', 'PUB foo.> 0', ''),
    hears: lines('MSG foo.* 1 2', 'hi', 'MSG foo.> 1 0', ''),
  },
  {
    does: 'does not echo to the sender where it asks so',
    says: [
      ['a', connect({ echo: false }) + lines('SUB foo 1')],
      ['b', QUIET + lines('SUB foo 1', 'PUB foo 1', 'b')],
      ['a', lines('PUB foo 1', 'a')],
    ],
    hears: { a: lines('MSG foo 1 1', 'b'), b: lines('MSG foo 1 1', 'b', 'MSG foo 1 1', 'a') },
  },
];
