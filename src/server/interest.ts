import { type CacheSize, MatchCache } from './match-cache.js';
import type { Subscription } from './subscription.js';

/** Who is to get a message: every plain subscription, and one member of each queue group. It never changes. */
export interface Match {
  readonly plain: readonly Subscription[];
  readonly queues: ReadonlyArray<readonly Subscription[]>;
}

const NOBODY: Match = { plain: [], queues: [] };

/** A node of the trie: the subscriptions whose subject ends here, and the nodes one token further. Most have one of these. */
class Node {
  plain: Set<Subscription> | undefined;
  /** By the group's name. */
  queues: Map<string, Set<Subscription>> | undefined;
  /** By token, `*` and `>` among them. */
  next: Map<string, Node> | undefined;

  get isEmpty(): boolean {
    return this.plain === undefined && this.queues === undefined && this.next === undefined;
  }

  add(subscription: Subscription): void {
    const { queue } = subscription;
    if (queue === undefined) {
      this.plain ??= new Set();
      this.plain.add(subscription);
      return;
    }
    this.queues ??= new Map();
    const members = this.queues.get(queue);
    if (members === undefined) this.queues.set(queue, new Set([subscription]));
    else members.add(subscription);
  }

  /** @returns whether it was there */
  remove(subscription: Subscription): boolean {
    const { queue } = subscription;
    if (queue === undefined) {
      if (!this.plain?.delete(subscription)) return false;
      if (this.plain.size === 0) this.plain = undefined;
      return true;
    }
    const members = this.queues?.get(queue);
    if (!members?.delete(subscription)) return false;
    if (members.size === 0) this.queues?.delete(queue);
    if (this.queues?.size === 0) this.queues = undefined;
    return true;
  }
}

/**
 * Knows who listens to what: a trie over the tokens of subjects, so that a look-up costs as the subject is long
 * and as many as match, however many subscribe; and before it a cache over the bytes of subjects.
 *
 * Subjects are latin1 strings: their bytes one by one, whatever characters they encode.
 */
export class Interest {
  readonly #root = new Node();
  readonly #cache: MatchCache;
  #size = 0;
  #inserts = 0;
  #removes = 0;
  #matches = 0;

  constructor(cacheSize?: CacheSize) {
    this.#cache = new MatchCache(cacheSize);
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#size;
  }

  /** The counts of the page `/subsz`. */
  statistics(): { size: number; cached: number; inserts: number; removes: number; matches: number } {
    return {
      size: this.#size,
      cached: this.#cache.count,
      inserts: this.#inserts,
      removes: this.#removes,
      matches: this.#matches,
    };
  }

  /** Adds a subscription that is not there yet. */
  add(subscription: Subscription): void {
    let node = this.#root;
    for (const token of subscription.subject.split('.')) {
      node.next ??= new Map();
      let next = node.next.get(token);
      if (next === undefined) {
        next = new Node();
        node.next.set(token, next);
      }
      node = next;
    }
    node.add(subscription);
    this.#size += 1;
    this.#inserts += 1;
    this.#cache.forget(subscription.subject);
  }

  /** Takes a subscription out; one that is not there is let pass. */
  remove(subscription: Subscription): void {
    const tokens = subscription.subject.split('.');
    const path = [this.#root];
    let node = this.#root;
    for (const token of tokens) {
      const next = node.next?.get(token);
      if (next === undefined) return;
      path.push(next);
      node = next;
    }
    if (!node.remove(subscription)) return;
    for (let depth = tokens.length; depth > 0 && path[depth]?.isEmpty; depth--) {
      const parent = path[depth - 1] as Node;
      parent.next?.delete(tokens[depth - 1] as string);
      if (parent.next?.size === 0) parent.next = undefined;
    }
    this.#size -= 1;
    this.#removes += 1;
    this.#cache.forget(subscription.subject);
  }

  /**
   * Who listens to the subject in `bytes` from `start` to `end`.
   *
   * @param hash its {@link hashSubject}
   */
  match(bytes: Buffer, start: number, end: number, hash: number): Match {
    this.#matches += 1;
    const known = this.#cache.find(bytes, start, end, hash);
    if (known !== undefined) return known;
    const match = this.find(bytes.toString('latin1', start, end));
    this.#cache.offer(bytes, start, end, hash, match);
    return match;
  }

  /** Who listens to the subject: the trie's answer, past the cache. */
  find(subject: string): Match {
    const tokens = subject.split('.');
    // As in nats-server, nobody listens where a token is empty, not with a wildcard either.
    if (tokens.includes('')) return NOBODY;
    const found: Found = { plain: [], queues: undefined };
    collect(this.#root, tokens, 0, found);
    return { plain: found.plain, queues: found.queues === undefined ? NOBODY.queues : [...found.queues.values()] };
  }
}

/** A match in the making. */
interface Found {
  readonly plain: Subscription[];
  /** By the group's name. */
  queues: Map<string, Subscription[]> | undefined;
}

function collect(node: Node, tokens: readonly string[], depth: number, found: Found): void {
  if (depth === tokens.length) {
    hold(node, found);
    return;
  }
  if (node.next === undefined) return;
  const rest = node.next.get('>');
  if (rest !== undefined) hold(rest, found);
  const any = node.next.get('*');
  if (any !== undefined) collect(any, tokens, depth + 1, found);
  const next = node.next.get(tokens[depth] as string);
  // A published token that looks like a wildcard is none.
  if (next !== undefined && next !== any && next !== rest) collect(next, tokens, depth + 1, found);
}

/** Adds who listens at a node. A queue group is one, whichever of its members' subjects match. */
function hold(node: Node, found: Found): void {
  if (node.plain !== undefined) for (const subscription of node.plain) found.plain.push(subscription);
  if (node.queues === undefined) return;
  found.queues ??= new Map();
  for (const [name, members] of node.queues) {
    const held = found.queues.get(name);
    if (held === undefined) found.queues.set(name, [...members]);
    else for (const member of members) held.push(member);
  }
}
