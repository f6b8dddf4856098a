import { readFileSync } from 'node:fs';
import { type Authenticator, connect, credsAuthenticator, jwtAuthenticator, nkeyAuthenticator } from 'nats';
import { describe, expect, it } from 'vitest';
import { createNkeyUser, createOperator, nkeyConfig } from './credentials.js';
import { startNatsServer } from './nats-server.js';
import { natsServers } from './tools.js';

async function tryConnecting(url: string, authenticator: Authenticator) {
  await (await connect({ servers: url, authenticator })).close();
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`credentials with ${name}`, () => {
    const options = { binary: binary ?? '' };

    it('makes an nkey user that the server knows by its public key', async () => {
      const [known, unknown] = [createNkeyUser(), createNkeyUser()];
      await using server = await startNatsServer({ ...options, config: nkeyConfig(known) });
      await tryConnecting(server.url, nkeyAuthenticator(readFileSync(known.seedFile)));
      await expect(tryConnecting(server.url, nkeyAuthenticator(readFileSync(unknown.seedFile)))).rejects.toThrow();
    });

    it('makes users of an operator, as a creds file and as JWT and seed', async () => {
      const operator = await createOperator();
      await using server = await startNatsServer({ ...options, config: operator.config });
      const user = await operator.createUser();
      await tryConnecting(server.url, credsAuthenticator(readFileSync(user.credsFile)));
      const seed = new TextEncoder().encode(user.seed);
      await tryConnecting(server.url, jwtAuthenticator(readFileSync(user.jwtFile, 'utf8'), seed));
    });

    it('makes an expired user, and one of another operator: the server lets in neither', async () => {
      const operator = await createOperator();
      await using server = await startNatsServer({ ...options, config: operator.config });
      const expired = await operator.createUser({ expiresAt: new Date(Date.now() - 60_000) });
      const foreign = await (await createOperator()).createUser();
      for (const { credsFile } of [expired, foreign]) {
        await expect(tryConnecting(server.url, credsAuthenticator(readFileSync(credsFile)))).rejects.toThrow(
          /authorization/i,
        );
      }
    });

    it('makes a user that may use certain subjects only', async () => {
      const operator = await createOperator();
      await using server = await startNatsServer({ ...options, config: operator.config });
      const { credsFile } = await operator.createUser({ permissions: { sub: { allow: ['allowed'] } } });
      const client = await connect({
        servers: server.url,
        authenticator: credsAuthenticator(readFileSync(credsFile)),
      });
      client.subscribe('allowed');
      await client.flush();
      const denied = new Promise<Error | null>((resolve) => {
        client.subscribe('denied', { callback: resolve });
      });
      expect(await denied).toMatchObject({ message: expect.stringContaining('"denied"') });
      await client.close();
    });
  });
}
