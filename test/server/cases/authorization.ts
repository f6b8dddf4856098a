import { connect, lines, type RawCase } from './raw-case.js';

const VIOLATION = lines("-ERR 'Authorization Violation'");
const ANNA = { user: 'anna', pass: 'secret' };

/** Who is let in, and what others hear. */
export const authorizationCases: readonly RawCase[] = [
  {
    does: 'lets the right user in',
    server: 'user',
    says: connect(ANNA) + lines('SUB a 1', 'PUB a 0', ''),
    hears: lines('MSG a 1 0', ''),
  },
  {
    does: 'lets the right token in',
    server: 'token',
    says: connect({ auth_token: 's3cr3t' }) + lines('PING'),
    hears: lines('PONG'),
  },
  {
    does: 'refuses another password',
    server: 'user',
    says: connect({ ...ANNA, pass: 'Secret' }),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'refuses another user',
    server: 'user',
    says: connect({ ...ANNA, user: 'bert' }),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'refuses a user without a password',
    server: 'user',
    says: connect({ user: 'anna' }),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'refuses a token in place of a user',
    server: 'user',
    says: connect({ auth_token: 'secret' }),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'refuses another token',
    server: 'token',
    says: connect({ auth_token: 's3cr3' }),
    hears: VIOLATION,
    closes: true,
  },
  { does: 'refuses a user in place of a token', server: 'token', says: connect(ANNA), hears: VIOLATION, closes: true },
  {
    does: 'refuses a CONNECT of nothing',
    server: 'token',
    says: lines('CONNECT {}', 'PING'),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'refuses a client that shows less the second time',
    server: 'user',
    says: connect(ANNA) + connect({ pass: '' }),
    hears: VIOLATION,
    closes: true,
  },
  {
    does: 'keeps in a client that says nothing of it the second time',
    server: 'user',
    says: connect(ANNA) + connect() + lines('PING'),
    hears: lines('PONG'),
  },
  {
    does: 'closes on a CONNECT that is no JSON',
    server: 'user',
    says: lines('CONNECT {"user":"anna"'),
    hears: '',
    closes: true,
  },
  ...[
    'PING',
    'PONG',
    'SUB > 1',
    'PUB foo 0\r\n',
    'UNSUB 1',
    'INFO {}',
    '+OK',
    "-ERR 'x'",
    'GET / HTTP/1.1',
    'FOO',
    '',
  ].map(
    (line): RawCase => ({
      does: `refuses ${JSON.stringify(line)} before CONNECT`,
      server: 'user',
      says: lines(line) + connect(ANNA) + lines('PING'),
      hears: VIOLATION,
      closes: true,
    }),
  ),
  { does: 'refuses at the first byte that is no CONNECT', server: 'user', says: 'P', hears: VIOLATION, closes: true },
  {
    does: 'refuses another operation that starts as CONNECT does',
    server: 'user',
    says: lines('CONTACT {}'),
    hears: lines("-ERR 'Unknown Protocol Operation'"),
    closes: true,
  },
  {
    does: 'closes on one that says nothing in time',
    server: 'hasty',
    says: '',
    hears: lines("-ERR 'Authentication Timeout'"),
    closes: true,
  },
  {
    does: 'closes on one that does not come to an end in time',
    server: 'hasty',
    says: 'CONNECT {"auth_token":',
    hears: lines("-ERR 'Authentication Timeout'"),
    closes: true,
  },
];
