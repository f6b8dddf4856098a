/** What the workers of registries tell each other of themselves. */
export interface PeerMessage {
  /** `hello` asks the others to say that they are here. */
  readonly type: 'hello' | 'here' | 'bye';
  /** A token of a subject. */
  readonly id: string;
  /** When it started, in milliseconds since 1970. */
  readonly started: number;
}

/** Workers say this often that they are here. */
export const PEER_INTERVAL_MS = 1_000;
/** One that was not heard for so long is gone. */
const PEER_TIMEOUT_MS = 3_500;
/** As many as a pool has workers, several times over; nobody can make it grow beyond. */
const MOST_PEERS = 1_024;

/** The other workers of the registry, and this one's place among them: first is who is there the longest. */
export class Peers {
  readonly id: string;
  readonly started: number;
  readonly #heard = new Map<string, { readonly started: number; atMs: number }>();

  constructor(id: string, started: number) {
    this.id = id;
    this.started = started;
  }

  hear({ type, id, started }: PeerMessage, nowMs: number): void {
    if (id === this.id) return;
    if (type === 'bye') this.forget(id);
    else if (this.#heard.has(id) || this.#heard.size < MOST_PEERS) this.#heard.set(id, { started, atMs: nowMs });
  }

  forget(id: string): void {
    this.#heard.delete(id);
  }

  /** Those that come before this one. */
  seniors(nowMs: number): readonly string[] {
    const ids: string[] = [];
    for (const [id, { started, atMs }] of this.#heard) {
      if (nowMs - atMs > PEER_TIMEOUT_MS) this.#heard.delete(id);
      else if (started < this.started || (started === this.started && id < this.id)) ids.push(id);
    }
    return ids;
  }
}

/** @returns undefined where it is none */
export function readPeerMessage(value: unknown): PeerMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, id, started } = value as Readonly<Record<string, unknown>>;
  if (type !== 'hello' && type !== 'here' && type !== 'bye') return undefined;
  if (typeof id !== 'string' || !/^\w{1,64}$/.test(id) || typeof started !== 'number') return undefined;
  return { type, id, started };
}
