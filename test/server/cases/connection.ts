import { connect, HEADERS, lines, QUIET, type RawCase, RESPONDERS } from './raw-case.js';

const GATEWAYS_ONLY = 'It reserves the prefix between servers only.';
const INFO = { proto: 1, headers: true, max_payload: 1_048_576 };

/** CONNECT, PING, PONG, INFO, no responders, and lines that are none. */
export const connectionCases: readonly RawCase[] = [
  {
    does: 'is verbose and pedantic to a client that says nothing of itself',
    says: lines('PING', 'SUB foo 1', 'PUB foo.* 2', 'hi', 'PUB foo 0', ''),
    hears: lines('PONG', '+OK', "-ERR 'Invalid Publish Subject'", '+OK', '+OK', 'MSG foo 1 0', ''),
  },
  { does: 'is verbose to a CONNECT of nothing', says: lines('CONNECT {}', 'SUB foo 1'), hears: lines('+OK', '+OK') },
  { does: 'takes a CONNECT of null', says: lines('CONNECT null', 'PING'), hears: lines('+OK', 'PONG') },
  { does: 'takes CONNECT without a blank', says: lines('CONNECT{"verbose":false}', 'PING'), hears: lines('PONG') },
  { does: 'takes CONNECT in lower case', says: lines('connect\t {"verbose":false} '), hears: '' },
  { does: 'takes names of options in any case', says: lines('CONNECT {"VERBOSE":false}', 'SUB a 1'), hears: '' },
  { does: 'takes null for the value of no option', says: lines('CONNECT {"verbose":null}'), hears: lines('+OK') },
  {
    does: 'ignores options that it does not know',
    says: connect({ foo: { bar: [1] }, tls_required: false }),
    hears: '',
  },
  ...[
    '{',
    '',
    '[]',
    '5',
    '"x"',
    '{"verbose":"yes"}',
    '{"user":5}',
    '{"protocol":"1"}',
    '{"protocol":1.5}',
    '{} {}',
  ].map(
    (json): RawCase => ({
      does: `closes on CONNECT ${json}`,
      says: lines(`CONNECT ${json}`, 'PING'),
      hears: '',
      closes: true,
    }),
  ),
  {
    does: 'keeps what a second CONNECT says nothing of',
    says: lines('CONNECT {"verbose":true,"pedantic":true}', 'CONNECT {"pedantic":false}', 'PUB foo.* 0', ''),
    hears: lines('+OK', '+OK', '+OK'),
  },
  {
    does: 'ends all subscriptions at a second CONNECT',
    says: QUIET + lines('SUB foo 1') + QUIET + lines('PUB foo 0', ''),
    hears: '',
    differs: {
      'nats-server 2.9': { hears: lines('MSG foo 1 0', ''), why: 'Later servers drop them.' },
    },
  },
  ...[-1, 2].map(
    (protocol): RawCase => ({
      does: `refuses protocol ${protocol}`,
      says: connect({ protocol }),
      hears: lines("-ERR 'invalid client protocol'"),
      closes: true,
    }),
  ),
  {
    does: 'refuses no_responders without headers',
    says: connect({ no_responders: true }),
    hears: lines("-ERR 'no responders requires headers support'"),
    closes: true,
  },
  {
    does: 'refuses an account',
    says: connect({ account: 'mine' }),
    hears: lines("-ERR 'Authorization Violation'"),
    closes: true,
  },
  { does: 'answers PING before CONNECT', says: lines('PING', 'PING'), hears: lines('PONG', 'PONG') },
  { does: 'answers each PING', says: QUIET + lines('PING', 'PING', 'ping'), hears: lines('PONG', 'PONG', 'PONG') },
  { does: 'takes anything behind PING', says: QUIET + lines('PING 1 2 3', 'PINGPONG'), hears: lines('PONG', 'PONG') },
  {
    does: 'takes a PONG that it did not ask for',
    says: connect({ verbose: true }) + lines('PONG'),
    hears: lines('+OK'),
  },
  {
    does: 'tells a client that knows of later INFOs once that it is connected',
    says: connect({ protocol: 1 }) + lines('PING', 'PING'),
    hears: lines('PONG', `INFO ${JSON.stringify({ ...INFO, connect_info: true })}`, 'PONG'),
    differs: { 'nats-server 2.9': { hears: lines('PONG', 'PONG'), why: 'Later servers tell.' } },
  },
  { does: 'lets +OK pass', says: QUIET + lines('+OK', '+OK and more', 'PING'), hears: lines('PONG') },
  { does: 'lets INFO pass', says: QUIET + lines('INFO {}', 'info{"a":1}', 'PING'), hears: lines('PONG') },
  { does: 'closes on an INFO that is no JSON', says: QUIET + lines('INFO x', 'PING'), hears: '', closes: true },
  { does: 'closes on -ERR', says: QUIET + lines("-ERR 'oh'", 'PING'), hears: '', closes: true },
  ...[
    'FOO',
    'MSG foo 1 0',
    'A+ foo',
    'GET / HTTP/1.1\r\nHost: localhost\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}',
    '',
    ' PING',
    'PUBLISH foo 1',
    'SUBS foo 1',
    'UNSUBS 1',
    'PINK',
    'CONNEXION {}',
    '+NO',
    '-ERX',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '\xff\xfe\x00\x01',
  ].map(
    (line): RawCase => ({
      does: `refuses ${JSON.stringify(line)}`,
      says: QUIET + lines(line, 'PING'),
      hears: lines("-ERR 'Unknown Protocol Operation'"),
      closes: true,
    }),
  ),
  {
    does: 'refuses an operation at its first wrong byte',
    says: `${QUIET}PX`,
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  {
    does: 'does what stands before an unknown operation',
    says: QUIET + lines('SUB foo 1', 'PUB foo 1', 'x', 'FOO', 'PUB foo 1', 'y'),
    hears: lines('MSG foo 1 1', 'x', "-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  ...[`SUB ${'a'.repeat(4096)} 1`, `PUB ${'a'.repeat(4096)} 0\r\n`, `CONNECT {"name":"${'a'.repeat(4096)}"}`].map(
    (line): RawCase => ({
      does: `refuses ${line.slice(0, line.indexOf('a'))}… of more than max_control_line`,
      says: QUIET + lines(line, 'PING'),
      hears: lines("-ERR 'maximum control line exceeded'"),
      closes: true,
    }),
  ),
  {
    does: 'takes a line of exactly max_control_line',
    says: connect({ verbose: true }) + lines(`SUB ${'a'.repeat(4094)} 1`, `PUB ${'a'.repeat(4094)} 0`, ''),
    hears: lines('+OK', '+OK', '+OK', `MSG ${'a'.repeat(4094)} 1 0`, ''),
  },
  {
    does: 'refuses one byte more than max_control_line',
    says: connect({ verbose: true }) + lines(`SUB ${'a'.repeat(4095)} 1`),
    hears: lines('+OK', "-ERR 'maximum control line exceeded'"),
    closes: true,
  },
  {
    does: 'refuses a line that does not end',
    says: `${QUIET}SUB ${'a'.repeat(5000)}`,
    hears: lines("-ERR 'maximum control line exceeded'"),
    closes: true,
  },
  {
    does: 'answers a request that nobody serves',
    says: RESPONDERS + lines('SUB _INBOX.1.* 1', 'PUB nobody.here _INBOX.1.a 2', 'hi'),
    hears: lines('HMSG _INBOX.1.a 1 43 43', 'NATS/1.0 503\r\nNats-Subject: nobody.here\r\n\r\n'),
    differs: {
      'nats-server 2.9': {
        hears: lines('HMSG _INBOX.1.a 1 16 16', 'NATS/1.0 503\r\n\r\n'),
        why: 'Later servers name the subject.',
      },
    },
  },
  {
    does: 'answers a request of JetStream as a server without it',
    says: RESPONDERS + lines('SUB _INBOX.1 1', 'PUB $JS.API.INFO _INBOX.1 0', ''),
    hears: lines('HMSG _INBOX.1 1 44 44', 'NATS/1.0 503\r\nNats-Subject: $JS.API.INFO\r\n\r\n'),
    differs: { 'nats-server 2.9': { hears: lines('HMSG _INBOX.1 1 16 16', 'NATS/1.0 503\r\n\r\n'), why: 'As above.' } },
  },
  {
    does: 'answers requests of the system account as for any subject',
    says: RESPONDERS + lines('SUB _INBOX.1 1', 'PUB $SYS.REQ.SERVER.PING.X _INBOX.1 0', ''),
    hears: lines('HMSG _INBOX.1 1 54 54', 'NATS/1.0 503\r\nNats-Subject: $SYS.REQ.SERVER.PING.X\r\n\r\n'),
    differs: { 'nats-server 2.9': { hears: lines('HMSG _INBOX.1 1 16 16', 'NATS/1.0 503\r\n\r\n'), why: 'As above.' } },
  },
  {
    does: 'does not answer for nobody where somebody listens',
    says: [
      ['b', QUIET + lines('SUB foo q 1')],
      ['a', RESPONDERS + lines('SUB r 1', 'PUB foo r 0', '')],
    ],
    hears: { a: '', b: lines('MSG foo 1 r 0', '') },
  },
  {
    does: 'does not answer for nobody where the client did not ask so, or gave no reply subject, or does not listen to it',
    says: [
      ['a', HEADERS + lines('SUB r 1', 'PUB nobody r 0', '')],
      ['b', RESPONDERS + lines('SUB s 1', 'PUB nobody 0', '', 'PUB nobody other 0', '')],
    ],
    hears: { a: '', b: '' },
  },
  {
    does: 'does not count the answer for nobody as a message',
    says:
      RESPONDERS + lines('SUB r 1', 'UNSUB 1 1', 'PUB no r 0', '', 'PUB no r 0', '', 'PUB r 1', 'x', 'PUB r 1', 'y'),
    hears: lines('HMSG r 1 34 34', 'NATS/1.0 503\r\nNats-Subject: no\r\n\r\n').repeat(2) + lines('MSG r 1 1', 'x'),
    differs: {
      'nats-server 2.9': {
        hears: lines('HMSG r 1 16 16', 'NATS/1.0 503\r\n\r\n').repeat(2) + lines('MSG r 1 1', 'x'),
        why: 'As above.',
      },
    },
  },
  {
    does: 'takes the sender without echo for no responder',
    says:
      connect({ headers: true, no_responders: true, echo: false }) + lines('SUB r 1', 'SUB foo 2', 'PUB foo r 0', ''),
    hears: lines('HMSG r 1 35 35', 'NATS/1.0 503\r\nNats-Subject: foo\r\n\r\n'),
    differs: { 'nats-server 2.9': { hears: lines('HMSG r 1 16 16', 'NATS/1.0 503\r\n\r\n'), why: 'As above.' } },
  },
  {
    does: 'carries a request and its reply',
    says: [
      ['service', QUIET + lines('SUB greet q 1')],
      ['client', RESPONDERS + lines('SUB _INBOX.x.* 1', 'PUB greet _INBOX.x.7 4', 'Anna')],
      ['service', lines('PUB _INBOX.x.7 11', 'Hello, Anna')],
    ],
    hears: {
      service: lines('MSG greet 1 _INBOX.x.7 4', 'Anna'),
      client: lines('MSG _INBOX.x.7 1 11', 'Hello, Anna'),
    },
  },
  ...['_R_.a', '_GR_.a.b', '$GR.a.b', '$JS.ACK.a'].map(
    (reply): RawCase => ({
      does: `refuses the reply subject ${reply}, and goes on`,
      says: QUIET + lines('SUB foo 1', `PUB foo ${reply} 0`, '', 'PUB foo 0', ''),
      hears: lines(`-ERR 'Permissions Violation for Publish with Reply of "${reply}"'`, 'MSG foo 1 0', ''),
      ...(reply.startsWith('$GR') && {
        differs: {
          'nats-server 2.9': { hears: lines(`MSG foo 1 ${reply} 0`, '', 'MSG foo 1 0', ''), why: GATEWAYS_ONLY },
        },
      }),
    }),
  ),
  ...['_GR_.a.b', '$GR.a.b', '$NRG.a'].map(
    (subject): RawCase => ({
      does: `refuses the subject ${subject}, and goes on`,
      says: QUIET + lines('SUB > 1', `PUB ${subject} 0`, '', 'PUB foo 0', ''),
      hears: lines(`-ERR 'Permissions Violation for Publish to "${subject}"'`, 'MSG foo 1 0', ''),
      ...(subject.startsWith('$') && {
        differs: {
          'nats-server 2.9': { hears: lines(`MSG ${subject} 1 0`, '', 'MSG foo 1 0', ''), why: GATEWAYS_ONLY },
        },
      }),
    }),
  ),
  ...['_GR_.', '$GR.', '_GR_', '$JS.ACK', '_RX.a', '$NRG'].map(
    (subject): RawCase => ({
      does: `takes ${subject}, which is like a reserved subject but none, for subject and reply`,
      says: QUIET + lines('SUB > 1', `PUB ${subject} 0`, '', `PUB foo ${subject} 0`, ''),
      hears: subject.endsWith('.')
        ? lines(`MSG foo 1 ${subject} 0`, '')
        : lines(`MSG ${subject} 1 0`, '', `MSG foo 1 ${subject} 0`, ''),
    }),
  ),
  {
    does: 'refuses the queue group _sys_',
    says: QUIET + lines('SUB foo _sys_ 1'),
    hears: lines(`-ERR 'Permissions Violation for Subscription to "foo" using queue "_sys_"'`),
  },
];
