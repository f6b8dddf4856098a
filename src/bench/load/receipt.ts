import { GroupMerge } from './group-merge.js';
import type { ClosedPages } from './group-window.js';
import { copiesOf, type LoadPlan, type ThreadShare } from './load-plan.js';
import { stampPlace } from './stamp-place.js';
import type { PublishedCount, ReceivedCount, ThreadReceipt } from './thread-messages.js';

/** Whoever ended a run early waits no longer for what is under way. */
const PATIENCE_MS = 1_000;

/** What the subscribers of a run say of it beside their figures. */
export interface ReceiptNotes {
  /** Messages without a stamp of the run. */
  readonly unstamped: number;
  /** Messages without a latency, since their sender has another clock. */
  readonly remote: number;
}

/** Holds what all subscribers have got against what all publishers have sent, and says when to wait no longer. */
export class Receipt {
  readonly #plan: LoadPlan;
  readonly #publishing: number;
  readonly #isStamped: boolean;
  /** The first thread that receives: those behind it do too. */
  readonly #firstReceiving: number;
  readonly #endReceiving: () => void;
  readonly #group: GroupMerge;
  /** By thread. */
  readonly #counts = new Map<number, ReceivedCount>();
  readonly #receipts: ThreadReceipt[] = [];
  #published = { all: 0, measured: 0 };
  #publishedThreads = 0;
  /** So many are waited for; undefined while nobody knows. */
  #expected: number | undefined;
  #timeoutMs: number;
  #quiet: NodeJS.Timeout | undefined;
  #hasEnded = false;

  /** @param endReceiving is called once: when all has come, or nothing has for as long as a message may take */
  constructor(plan: LoadPlan, shares: readonly ThreadShare[], endReceiving: () => void) {
    this.#plan = plan;
    this.#publishing = shares.length;
    this.#isStamped = stampPlace(plan) !== 'none';
    this.#firstReceiving = shares.findIndex(({ subscribers }) => subscribers > 0);
    this.#group = new GroupMerge(shares.length - this.#firstReceiving);
    this.#timeoutMs = plan.timeoutMs;
    this.#endReceiving = endReceiving;
    if (plan.workload === 'sub' && plan.end.kind === 'messages') this.#expected = plan.end.messages;
  }

  /** The publishers of one thread are done. @returns whether all are */
  published({ all, measured }: PublishedCount): boolean {
    this.#published = { all: this.#published.all + all, measured: this.#published.measured + measured };
    this.#publishedThreads += 1;
    if (this.#publishedThreads < this.#publishing) return false;
    this.#expected = this.#published.all * copiesOf(this.#plan);
    this.#wait();
    return true;
  }

  /** So many have come to a thread until now, so many of them in the measured part. */
  received(thread: number, { count, measured }: ReceivedCount): void {
    const before = this.#counts.get(thread)?.count ?? 0;
    this.#counts.set(thread, { count, measured });
    if (this.#expected === undefined) return;
    if (this.#arrived >= this.#expected) this.#end();
    else if (count > before) this.#wait();
  }

  /** Members of a queue group in one thread have these. */
  closed(thread: number, pages: ClosedPages): void {
    this.#group.add(thread - this.#firstReceiving, pages);
  }

  /** A thread has ended. */
  add(receipt: ThreadReceipt): void {
    this.#receipts.push(receipt);
  }

  /** Waits for less long: somebody has ended the run. */
  hurry(): void {
    this.#timeoutMs = Math.min(this.#timeoutMs, PATIENCE_MS);
    if (this.#quiet !== undefined) this.#wait();
  }

  close(): void {
    this.#hasEnded = true;
    clearTimeout(this.#quiet);
  }

  /**
   * What no thread can know by itself, when all have ended.
   *
   * @param messages that threads have counted in the measured part
   */
  settle(messages: number): { readonly lost: number; readonly repeated: number } {
    this.#group.end(this.#receipts.flatMap(({ reaches }) => reaches));
    const { repeated } = this.#group;
    if (this.#plan.workload === 'sub') return { lost: this.#missing(), repeated };
    const copies = copiesOf(this.#plan);
    // What has no stamp may be of the warm-up: only the sum of both is known.
    const lost = this.#isStamped
      ? this.#published.measured * copies - (messages - repeated)
      : this.#published.all * copies - sum(this.#receipts.map(({ count }) => count));
    return { lost: Math.max(0, lost), repeated };
  }

  notes(): ReceiptNotes {
    return {
      unstamped: sum(this.#receipts.map(({ unstamped }) => unstamped)),
      remote: sum(this.#receipts.map(({ remote }) => remote)),
    };
  }

  /** Of what {@link Receipt.#expected} counts: with publishers, the warm-up too. */
  get #arrived(): number {
    const isSub = this.#plan.workload === 'sub';
    return sum([...this.#counts.values()].map(({ count, measured }) => (isSub ? measured : count)));
  }

  #missing(): number {
    return this.#group.missing + sum(this.#receipts.map(({ missing }) => missing));
  }

  #wait(): void {
    clearTimeout(this.#quiet);
    if (!this.#hasEnded) this.#quiet = setTimeout(() => this.#end(), this.#timeoutMs);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.close();
    this.#endReceiving();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
