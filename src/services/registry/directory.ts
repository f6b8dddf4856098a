import type { Registration } from './registration.js';

/** How what is known changed. */
export type Change = 'registered' | 'updated' | 'deregistered' | 'expired';

/** A registration on its way to another worker. */
export interface HeldRegistration {
  readonly registration: Registration;
  /** What is left of its time, in milliseconds. */
  readonly leftMs: number;
}

interface Entry {
  readonly registration: Registration;
  readonly text: string;
  expiresMs: number;
}

/** What a registration takes in a snapshot beside its own JSON. */
const ENTRY_OVERHEAD_BYTES = 64;

/**
 * Who is alive: all that is known of instances, until their time is over. Times are milliseconds on one clock that
 * the caller keeps.
 */
export class Directory {
  readonly #entries = new Map<string, Entry>();
  readonly #mostBytes: number;
  #bytes = 0;
  #sorted: readonly Registration[] | undefined;

  /** @param mostBytes of all registrations as JSON, so that all of them together fit into one message */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether there is room for it. */
  admits(registration: Registration): boolean {
    const known = this.#entries.get(keyOf(registration));
    const freed = known === undefined ? 0 : sizeOf(known.text);
    return this.#bytes - freed + sizeOf(JSON.stringify(registration)) <= this.#mostBytes;
  }

  /**
   * Takes a registration, or renews it. One for which there is no room changes nothing.
   *
   * @returns what has changed; undefined for what was known
   */
  put(registration: Registration, nowMs: number): 'registered' | 'updated' | undefined {
    const key = keyOf(registration);
    const text = JSON.stringify(registration);
    const known = this.#entries.get(key);
    const expiresMs = nowMs + registration.ttl * 1_000;
    if (known?.text === text) {
      known.expiresMs = expiresMs;
      return undefined;
    }
    if (!this.admits(registration)) return undefined;
    if (known !== undefined) this.#bytes -= sizeOf(known.text);
    this.#entries.set(key, { registration, text, expiresMs });
    this.#bytes += sizeOf(text);
    this.#sorted = undefined;
    return known === undefined ? 'registered' : 'updated';
  }

  /** @returns what was known of it */
  remove(named: Pick<Registration, 'name' | 'instance'>): Registration | undefined {
    const key = keyOf(named);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#bytes -= sizeOf(entry.text);
    this.#sorted = undefined;
    return entry.registration;
  }

  /** Forgets those whose time is over, and gives them. */
  expire(nowMs: number): readonly Registration[] {
    const expired = [...this.#entries.values()].filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const { registration } of expired) this.remove(registration);
    return expired.map(({ registration }) => registration);
  }

  /**
   * Forgets this one, if its time is over.
   *
   * @returns what was known of it
   */
  expireOne(named: Pick<Registration, 'name' | 'instance'>, nowMs: number): Registration | undefined {
    const entry = this.#entries.get(keyOf(named));
    return entry === undefined || entry.expiresMs > nowMs ? undefined : this.remove(named);
  }

  /** When the time of the next one is over, as things are. */
  nextExpiryMs(): number | undefined {
    let next: number | undefined;
    for (const { expiresMs } of this.#entries.values()) {
      if (next === undefined || expiresMs < next) next = expiresMs;
    }
    return next;
  }

  /** Those alive, by name and instance: the same in all workers that know the same. */
  list(): readonly Registration[] {
    this.#sorted ??= [...this.#entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { registration }]) => registration);
    return this.#sorted;
  }

  lookup(name: string): readonly Registration[] {
    return this.list().filter((registration) => registration.name === name);
  }

  snapshot(nowMs: number): readonly HeldRegistration[] {
    return [...this.#entries.values()].map(({ registration, expiresMs }) => ({
      registration,
      leftMs: Math.max(0, Math.round(expiresMs - nowMs)),
    }));
  }

  /** Takes what another worker knows and this one does not. */
  merge(held: readonly HeldRegistration[], nowMs: number): void {
    for (const { registration, leftMs } of held) {
      const key = keyOf(registration);
      if (this.#entries.has(key)) continue;
      this.put(registration, nowMs);
      const entry = this.#entries.get(key);
      if (entry !== undefined) entry.expiresMs = nowMs + Math.min(leftMs, registration.ttl * 1_000);
    }
  }
}

/** Sorts as name and instance do: no name has a character below the separator. */
function keyOf({ name, instance }: Pick<Registration, 'name' | 'instance'>): string {
  return `${name}\n${instance}`;
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text) + ENTRY_OVERHEAD_BYTES;
}
