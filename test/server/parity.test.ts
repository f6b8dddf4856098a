import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationCases } from './cases/authorization.js';
import { connectionCases } from './cases/connection.js';
import { publishCases } from './cases/publish.js';
import { type Outcome, type RawCase, SERVERS, type ServerKind } from './cases/raw-case.js';
import { subscribeCases } from './cases/subscribe.js';
import { RawClient } from './raw-client.js';
import { type RunningTarget, targets } from './targets.js';

const cases = {
  'PUB and HPUB': publishCases,
  'SUB and UNSUB': subscribeCases,
  'CONNECT, PING, no responders and the rest': connectionCases,
  'who is let in': authorizationCases,
};

for (const target of targets) {
  describe.skipIf(target.isMissing)(`the protocol of ${target.name}`, () => {
    const servers = new Map<ServerKind, RunningTarget>();

    beforeAll(async () => {
      const started = Object.entries(SERVERS).map(async ([kind, options]) => {
        servers.set(kind as ServerKind, await target.start(options));
      });
      await Promise.all(started);
    });
    afterAll(async () => {
      for (const server of servers.values()) await server[Symbol.asyncDispose]();
    });

    for (const [group, rawCases] of Object.entries(cases)) {
      describe(group, () => {
        it.each(rawCases.map((rawCase) => [rawCase.does, rawCase] as const))('%s', async (_, rawCase) => {
          const server = servers.get(rawCase.server ?? 'open') as RunningTarget;
          const expected = outcomeOf(rawCase.differs?.[target.name] ?? rawCase);
          expect(await play(rawCase, server.port, expected)).toEqual(expected);
        });
      });
    }
  });
}

interface Played {
  readonly hears: Record<string, string>;
  readonly closes: readonly string[];
}

function outcomeOf({ hears, closes = [] }: Outcome): Played {
  if (typeof hears === 'string') return { hears: { client: hears }, closes: closes === true ? ['client'] : [] };
  return { hears, closes: closes as readonly string[] };
}

/** Plays a case, waiting for those to be closed that are expected to be. */
async function play({ says, byByte = false }: RawCase, port: number, { closes }: Played): Promise<Played> {
  const steps = typeof says === 'string' ? [['client', says] as const] : says;
  const clients = new Map<string, RawClient>();
  try {
    for (const [index, [name, text]] of steps.entries()) {
      const client = clients.get(name) ?? (await RawClient.connect(port));
      clients.set(name, client);
      await client.send(text, { byByte });
      const isLast = !steps.slice(index + 1).some(([other]) => other === name);
      if (isLast && closes.includes(name)) await client.closed();
      else await client.sync();
    }
    for (const client of clients.values()) if (!client.isClosed) await client.sync();
    return {
      hears: Object.fromEntries([...clients].map(([name, client]) => [name, client.answer])),
      closes: [...clients].filter(([, client]) => client.isClosed).map(([name]) => name),
    };
  } finally {
    for (const client of clients.values()) await client[Symbol.asyncDispose]();
  }
}
