import { connect, type Msg } from 'nats';

export interface LoadOptions {
  readonly url: string;
  readonly inFlight: number;
  /** Tries after the first, for each request. */
  readonly retries?: number;
  /** Of each try, which is lost then. Default: far longer than a busy machine takes. */
  readonly timeoutMs?: number;
}

/** What became of the requests. */
export interface LoadReport {
  readonly answered: number;
  /** How often each error came, by the client's code. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface Load {
  /** Resolves when so many requests have been answered since it was called. */
  reached(answers: number): Promise<void>;
  /** Sends no more, waits for what is in flight. */
  stop(): Promise<LoadReport>;
}

/** Keeps requests to greeter.greet in flight, each with a name of its own, and holds each reply against it. */
export async function startLoad({ url, inFlight, retries = 0, timeoutMs = 10_000 }: LoadOptions): Promise<Load> {
  const client = await connect({ servers: url, noAsyncTraces: true });
  const failures: Record<string, number> = {};
  const waiting: Array<{ readonly at: number; readonly resolve: () => void }> = [];
  let answered = 0;
  let stopped = false;

  async function ask(name: string): Promise<Msg> {
    for (let left = retries; ; left--) {
      try {
        return await client.request('greeter.greet', name, { timeout: timeoutMs });
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  async function keepAsking(asker: number): Promise<void> {
    for (let turn = 0; !stopped; turn++) {
      const name = `${asker}-${turn}`;
      try {
        const reply = await ask(name);
        if (reply.string() !== `Hello, ${name}!`) throw Object.assign(new Error(), { code: 'WRONG_REPLY' });
        answered += 1;
      } catch (error) {
        const { code } = error as { code: string };
        failures[code] = (failures[code] ?? 0) + 1;
      }
      for (const { at, resolve } of waiting) if (answered >= at) resolve();
    }
  }

  const askers = Array.from({ length: inFlight }, (_, index) => keepAsking(index));
  return {
    reached: (answers) =>
      new Promise((resolve) => {
        waiting.push({ at: answered + answers, resolve });
      }),
    async stop() {
      stopped = true;
      await Promise.all(askers);
      await client.close();
      return { answered, failures };
    },
  };
}
