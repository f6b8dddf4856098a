import { describe, expect, it } from 'vitest';
import { maskCommand } from '../../../src/bench/report/mask-command.js';

const SEED = `SU${'A2'.repeat(28)}`;
const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5In0.eyJqdGkiOiJ4In0.c2ln';

/** What is written, and what is shown of it; nothing where that is the same. */
const CASES: ReadonlyArray<readonly [written: readonly string[], shown?: readonly string[]]> = [
  [['natsctl', 'bench', 'request', 'a.b', '--rate', '5000', '-j', '--slo', 'p99=5ms,errors=0.1%']],
  // Passwords and tokens.
  [
    ['--user', 'me', '--password', 'hush'],
    ['--user', 'me', '--password', '[masked]'],
  ],
  [
    ['--password=hu=sh', '--user=me'],
    ['--password=[masked]', '--user=me'],
  ],
  [['--password='], ['--password=[masked]']],
  [
    ['--password', '--token', 'x'],
    ['--password', '[masked]', 'x'],
  ],
  [
    ['--token', 'hush', 'a.b'],
    ['--token', '[masked]', 'a.b'],
  ],
  [['--token=hush'], ['--token=[masked]']],
  [
    ['--user', 'hush'],
    ['--user', '[masked]'],
  ],
  [['--user=hush'], ['--user=[masked]']],
  // Files, and what stands in place of them.
  [['--creds', '/home/me/my.creds', '--nkey', 'my.nk', '--tlskey=key.pem', '--tlsca', 'ca.pem']],
  [
    ['--creds', `data:;base64,${Buffer.from(SEED).toString('base64')}`],
    ['--creds', '[masked]'],
  ],
  [
    ['--nkey', SEED],
    ['--nkey', '[masked]'],
  ],
  [
    ['--creds', '-----BEGIN NATS USER JWT-----\nx'],
    ['--creds', '[masked]'],
  ],
  [['--jwt', './my.jwt', '--seed', '/etc/my.seed']],
  [
    ['--jwt', JWT, '--seed', SEED],
    ['--jwt', '[masked]', '--seed', '[masked]'],
  ],
  [
    ['--seed', SEED.toLowerCase(), '--jwt=hush'],
    ['--seed', '[masked]', '--jwt=[masked]'],
  ],
  [['--seed', '42']],
  // Addresses.
  [['-s', 'nats://127.0.0.1:4222,tls://[::1]:4222']],
  [
    ['-s', 'nats://me:hush@h:4222,nats://tok@i'],
    ['-s', 'nats://…@h:4222,nats://…@i'],
  ],
  [['--server=me:hu,sh@h'], ['--server=…,…@h']],
  [['-snats://me:hush@h'], ['-snats://…@h']],
  [['-s=tok@h'], ['-s=…@h']],
  [
    ['-qs', 'tok@h'],
    ['-qs', '…@h'],
  ],
  [['nats://me:hu@sh@h:4222/'], ['nats://…@h:4222/']],
  [['--note=me:hush@h'], ['--note=…@h']],
  // Headers.
  [['-H', 'X-Id:1', '--header', 'Content-Type:text/plain']],
  [
    ['-H', 'Authorization: Bearer hush', '--header=x-api-key:hush', '-HCookie:hush', '-H', 'Nats-Auth-Token:hush'],
    [
      '-H',
      'Authorization:[masked]',
      '--header=x-api-key:[masked]',
      '-HCookie:[masked]',
      '-H',
      'Nats-Auth-Token:[masked]',
    ],
  ],
  // Elsewhere.
  [
    [`{"seed":"${SEED}"}`, JWT, '--body', `x ${SEED}`],
    ['{"seed":"[masked]"}', '[masked]', '--body', 'x [masked]'],
  ],
  [['a.b', '--', '--token', 'a@b', 'me@example.org', 'x: y@z']],
  [
    ['a.b', '--', SEED],
    ['a.b', '--', '[masked]'],
  ],
  [['--size', '64..4096', '--ramp', '100..10000/30s', '--file', 'user@host/x', '-c', '4']],
];

describe('a command line', () => {
  it.each(CASES.map(([written, shown = written]) => ({ written, shown })))(
    '$written is shown as $shown',
    ({ written, shown }) => {
      expect(maskCommand(written)).toEqual(shown);
    },
  );
});
