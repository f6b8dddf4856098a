import type { GroupReach } from './group-merge.js';
import { type ClosedPages, GroupWindow } from './group-window.js';
import {
  CAME_TWICE,
  IN_ORDER,
  LONG_PAST,
  OUT_OF_ORDER,
  type Place,
  SequenceTracker,
  unwrap,
} from './sequence-tracker.js';

/** Says of each message that a subscriber gets how it stands to those before it. */
export interface Receiver {
  /** @param sequence its lower 32 bits */
  see(publisher: number, sequence: number, isMeasured: boolean): Place;
}

/** What a subscriber knows of one publisher's messages. */
class Followed {
  readonly tracker = new SequenceTracker();
  /** The first one of the measured part; -1 before it came. */
  from = -1;
  /** Those of the measured part that came, from there on. */
  count = 0;
}

/** A subscriber that gets each message. */
export class LoneReceiver implements Receiver {
  readonly #followed = new Map<number, Followed>();
  #publisher = -1;
  #latest = new Followed();

  see(publisher: number, sequence: number, isMeasured: boolean): Place {
    // Messages of one publisher often come in a row.
    if (publisher !== this.#publisher) this.#turnTo(publisher);
    const followed = this.#latest;
    const { tracker } = followed;
    const number = unwrap(sequence, tracker.next - 1);
    const place = tracker.see(number);
    if (!isMeasured || place === CAME_TWICE || place === LONG_PAST) return place;
    if (followed.from === -1) followed.from = number;
    if (number >= followed.from) followed.count += 1;
    return place;
  }

  /** Messages that never came although later ones did, of the measured part. */
  missing(): number {
    let missing = 0;
    for (const { tracker, from, count } of this.#followed.values()) {
      if (from !== -1) missing += tracker.next - from - count;
    }
    return missing;
  }

  #turnTo(publisher: number): void {
    let followed = this.#followed.get(publisher);
    if (followed === undefined) {
      followed = new Followed();
      this.#followed.set(publisher, followed);
    }
    this.#publisher = publisher;
    this.#latest = followed;
  }
}

/** The members of a queue group that are in this thread: each message goes to one of them, or of those elsewhere. */
export class ThreadGroup {
  readonly #hand: (closed: ClosedPages) => void;
  readonly #windows = new Map<number, GroupWindow>();
  readonly #members: GroupMember[] = [];

  constructor(hand: (closed: ClosedPages) => void) {
    this.#hand = hand;
  }

  join(): Receiver {
    const member = new GroupMember((publisher) => this.#windowOf(publisher));
    this.#members.push(member);
    return member;
  }

  /** Hands on what it still has, and tells how far it is. */
  close(): readonly GroupReach[] {
    return [...this.#windows].map(([publisher, window]) => {
      window.close();
      const reaches = this.#members.map((member) => member.highestOf(publisher));
      const reach = Math.min(...reaches.filter((highest) => highest !== undefined));
      return { publisher, from: window.from, reach };
    });
  }

  #windowOf(publisher: number): GroupWindow {
    let window = this.#windows.get(publisher);
    if (window === undefined) {
      window = new GroupWindow(publisher, this.#hand);
      this.#windows.set(publisher, window);
    }
    return window;
  }
}

/** Order is that of one connection: what comes to two members has none. */
class GroupMember implements Receiver {
  readonly #windowOf: (publisher: number) => GroupWindow;
  readonly #highest = new Map<number, number>();
  /** Of which publishers it has messages of the measured part. */
  readonly #hasBegun = new Set<number>();

  constructor(windowOf: (publisher: number) => GroupWindow) {
    this.#windowOf = windowOf;
  }

  see(publisher: number, sequence: number, isMeasured: boolean): Place {
    const window = this.#windowOf(publisher);
    const number = unwrap(sequence, window.highest);
    const place = window.see(number);
    if (place !== IN_ORDER) return place;
    if (isMeasured) {
      if (!this.#hasBegun.has(publisher)) {
        this.#hasBegun.add(publisher);
        window.begin(number);
      } else if (number < window.from.any) window.beginEarlier(number);
    }
    if (number < (this.#highest.get(publisher) ?? -1)) return OUT_OF_ORDER;
    this.#highest.set(publisher, number);
    return IN_ORDER;
  }

  highestOf(publisher: number): number | undefined {
    return this.#highest.get(publisher);
  }
}
