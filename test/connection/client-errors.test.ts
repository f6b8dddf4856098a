import { NatsError } from 'nats';
import { describe, expect, it } from 'vitest';
import { denialError, explainClientError, lostError } from '../../src/connection/index.js';
import { plan } from './planning.js';

const asked = {
  connection: {
    plan: plan({ flags: { server: 'nats://me:hunter2@a,tls://b' } }),
    server: () => 'nats://a:4222',
    nats: { isClosed: () => false },
  },
  subject: 'greeter.greet',
  timeoutMs: 250,
};

function denied(operation: string): NatsError {
  const error = new NatsError('x', 'PERMISSIONS_VIOLATION');
  error.permissionContext = { operation, subject: 'secret.>', queue: undefined } as never;
  return error;
}

describe('an error of the client', () => {
  it.each<[NatsError, object]>([
    [
      new NatsError('x', '503'),
      { kind: 'no_responders', message: 'no responders: nobody serves greeter.greet on nats://a:4222' },
    ],
    [
      new NatsError('x', 'TIMEOUT'),
      {
        kind: 'timeout',
        message: 'no reply from greeter.greet within 250 ms',
        details: { subject: 'greeter.greet', timeout_ms: 250 },
      },
    ],
    [new NatsError('x', 'DISCONNECT'), { kind: 'connection' }],
    [new NatsError('x', 'CONNECTION_CLOSED'), { kind: 'connection' }],
    [denied('publish'), { kind: 'authorization', message: 'the server denies publishing to secret.>' }],
    [denied('subscription'), { kind: 'authorization', message: 'the server denies subscribing to secret.>' }],
  ])('%j', (error, expected) => {
    expect(explainClientError(error, asked)).toMatchObject(expected);
  });

  it('is a lost connection where nats.js ends a request with a time-out as it closes', () => {
    const closed = { ...asked, connection: { ...asked.connection, nats: { isClosed: () => true } } };
    expect(explainClientError(new NatsError('x', 'TIMEOUT'), closed)).toMatchObject({ kind: 'connection' });
  });

  it.each([new Error('x'), new NatsError('x', 'BAD_SUBJECT'), new NatsError('x', 'PERMISSIONS_VIOLATION'), 'x'])(
    'or not, and then stays: %j',
    (error) => {
      expect(explainClientError(error, asked)).toBe(error);
    },
  );
});

describe('the errors themselves', () => {
  it('name the servers without credentials', () => {
    expect(lostError(asked.connection.plan).message).toBe('the connection to nats://a:4222, tls://b:4222 was lost');
  });

  it('name the denied subject', () => {
    expect(denialError({ operation: 'publish', subject: 'a.b' })).toMatchObject({ details: { subject: 'a.b' } });
  });
});
