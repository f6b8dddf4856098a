import { beforeAll, describe, expect, it } from 'vitest';
import { forbidModules } from '../../build/forbid-modules.js';
import { NATS_PATCHES } from '../../build/nats-patches.js';
import { patchDependencies } from '../../build/patch-dependencies.js';
import { importBundle } from './bundle.js';

interface Face {
  readonly NatsConnectionImpl: { readonly prototype: Record<string, (options?: object) => unknown> };
  readonly createInbox: () => string;
  readonly nkeyAuthenticator: (seed: Uint8Array) => (nonce: string) => unknown;
}

let client: Face;

beforeAll(async () => {
  client = await importBundle<Face>(
    `export { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
     export { createInbox } from 'nats/lib/nats-base-client/core.js';
     export { nkeyAuthenticator } from 'nats/lib/nats-base-client/authenticator.js';`,
    { plugins: [patchDependencies(NATS_PATCHES), forbidModules([/\/nats\/lib\/jetstream\//, /\/nkeys\.js\//])] },
  );
});

describe('the client in the bundle', () => {
  it.each([
    ['jetstream', 'JetStreamClientImpl'],
    ['jetstreamManager', 'JetStreamManagerImpl'],
  ])('says at %s() that it is left out', async (method, className) => {
    const connection = Object.create(client.NatsConnectionImpl.prototype);
    connection.isClosed = connection.isDraining = () => false;
    connection.protocol = {};
    await expect(async () => connection[method]({ checkAPI: false })).rejects.toThrow(
      `${className} is not in natsctl: its build leaves this part of nats.js out`,
    );
  });

  it('says at an nkey that its own way of signing is left out', () => {
    const sign = client.nkeyAuthenticator(new TextEncoder().encode('SU…'));
    expect(() => sign('nonce')).toThrow('nkeys is not in natsctl');
  });

  it('makes inboxes that differ from each other', () => {
    const inboxes = Array.from({ length: 100 }, () => client.createInbox());
    expect(new Set(inboxes).size).toBe(100);
    for (const inbox of inboxes) expect(inbox).toMatch(/^_INBOX\.[0-9A-Z]{22}$/);
  });

  it('takes other random bytes for each program', async () => {
    const entry = "export { createInbox } from 'nats/lib/nats-base-client/core.js';";
    const nuid = NATS_PATCHES.filter(({ file }) => file.endsWith('/nuid.js'));
    const another = await importBundle<Face>(entry, { plugins: [patchDependencies(nuid)] });
    const prefix = (inbox: string): string => inbox.slice('_INBOX.'.length, '_INBOX.'.length + 12);
    expect(prefix(another.createInbox())).not.toBe(prefix(client.createInbox()));
  });
});
