import { describe, expect, it } from 'vitest';
import { connectionFlags } from '../../src/commands/complete-word.js';

describe('connectionFlags', () => {
  it('finds them anywhere on the line, joined or not; the last wins', () => {
    const line = 'natsctl -s a request --server=b --context prod --no-context x.y --user';
    expect(connectionFlags(line.split(' '))).toMatchObject({
      server: 'b',
      context: 'prod',
      noContext: true,
      user: undefined,
    });
  });

  it('looks at nothing behind --', () => {
    expect(connectionFlags(['natsctl', 'run', '--', 'x', '--server', 'b']).server).toBeUndefined();
  });

  it('takes what follows a flag for its value, be it what it may', () => {
    expect(connectionFlags(['natsctl', '--password', '--server', '--token=a=b'])).toMatchObject({
      password: '--server',
      server: undefined,
      token: 'a=b',
    });
  });
});
