import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSubject } from '../../src/protocol/subject-hash.js';
import { Interest, type Match } from '../../src/server/interest.js';
import type { Subscription } from '../../src/server/subscription.js';

type Step =
  | { readonly do: 'add'; readonly subject: string; readonly queue: string | undefined }
  | { readonly do: 'remove'; readonly which: number }
  | { readonly do: 'match'; readonly subject: string; readonly times: number };

/** What the documentation says, word by word; no trie, no cache. */
class NaiveInterest {
  readonly subscriptions: Subscription[] = [];

  /** The ids of plain subscriptions, and those of each queue group by its name. */
  match(subject: string): ReturnType<typeof idsOf> {
    const ids = this.subscriptions.filter((subscription) => isMatch(subscription.subject, subject));
    const queues: Record<string, string[]> = {};
    for (const { queue, sid } of ids) {
      if (queue === undefined) continue;
      queues[queue] ??= [];
      queues[queue].push(sid);
    }
    return {
      plain: ids.filter(({ queue }) => queue === undefined).map(({ sid }) => sid),
      queues: Object.values(queues).sort(),
    };
  }
}

function isMatch(pattern: string, subject: string): boolean {
  const tokens = subject.split('.');
  if (tokens.includes('')) return false;
  const wanted = pattern.split('.');
  return (
    wanted.every((token, index) =>
      token === '>' ? tokens.length > index : tokens[index] !== undefined && (token === '*' || token === tokens[index]),
    ) &&
    (wanted.length === tokens.length || wanted.at(-1) === '>')
  );
}

function idsOf({ plain, queues }: Match): { plain: string[]; queues: string[][] } {
  const sorted = (subscriptions: readonly Subscription[]): string[] =>
    subscriptions.map(({ sid }) => sid).sort((a, b) => Number(a) - Number(b));
  return { plain: sorted(plain), queues: queues.map(sorted).sort() };
}

function subscribe(sid: number, subject: string, queue: string | undefined): Subscription {
  return { client: undefined as never, subject, queue, sid: String(sid), sidBytes: Buffer.of(), delivered: 0, max: 0 };
}

const literal = fc.constantFrom('a', 'b', 'c', 'a*', '*b', 'é'.normalize(), 'orders');
const pattern = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: literal }, fc.constant('*')), { maxLength: 3 }),
    fc.oneof(literal, fc.constantFrom('*', '>')),
  )
  .map(([start, end]) => [...start, end].join('.'));
/** Also what no good client publishes to: wildcards, empty tokens. */
const subject = fc
  .array(fc.oneof({ weight: 9, arbitrary: literal }, fc.constantFrom('*', '>', '')), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join('.'));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    subject: pattern,
    queue: fc.option(fc.constantFrom('q', 'r'), { nil: undefined }),
  }),
  fc.record({ do: fc.constant('remove' as const), which: fc.nat({ max: 100 }) }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('match' as const), subject, times: fc.integer({ min: 1, max: 3 }) }),
  },
);

const sizes = [
  { slots: 1, families: 1, bytes: 1_000_000 },
  { slots: 4, families: 2, bytes: 1_000_000 },
  { slots: 4, families: 2, bytes: 3_000 },
  { slots: 16, families: 4, bytes: 5_000 },
  undefined,
];

describe('the interest of subscribers', () => {
  it.each(sizes)('matches as the naive model does, at every step, with a cache of %j', (size) => {
    const slots = size?.slots ?? 8_192;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.boolean(), (steps, hashesCollide) => {
        const interest = new Interest(size);
        const model = new NaiveInterest();
        const seen = new Set<string>();
        const look = (text: string): void => {
          const bytes = Buffer.from(`PUB ${text} 0`, 'latin1');
          const hash = hashSubject(bytes, 4, 4 + text.length);
          // With the same slot, and the same hash as all the others in it.
          const match = interest.match(bytes, 4, 4 + text.length, hashesCollide ? hash & (slots - 1) : hash);
          expect(idsOf(match)).toEqual(model.match(text));
        };
        for (const [index, step] of steps.entries()) {
          if (step.do === 'match') {
            seen.add(step.subject);
            for (let time = 0; time < step.times; time++) look(step.subject);
          } else {
            if (step.do === 'add') {
              const subscription = subscribe(index, step.subject, step.queue);
              model.subscriptions.push(subscription);
              interest.add(subscription);
            } else if (model.subscriptions.length > 0) {
              const [gone] = model.subscriptions.splice(step.which % model.subscriptions.length, 1);
              interest.remove(gone as Subscription);
              interest.remove(gone as Subscription);
            }
            for (const subject of seen) look(subject);
          }
          expect(interest.size).toBe(model.subscriptions.length);
        }
        for (const subscription of model.subscriptions) interest.remove(subscription);
        model.subscriptions.length = 0;
        for (const subject of seen) look(subject);
        expect(interest.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('remembers a subject at its second sighting, and not those that are seen once', () => {
    const interest = new Interest();
    interest.add(subscribe(1, '>', undefined));
    const look = (text: string): Match => {
      const bytes = Buffer.from(text);
      return interest.match(bytes, 0, bytes.length, hashSubject(bytes));
    };
    for (let inbox = 0; inbox < 1_000; inbox++) look(`_INBOX.${inbox}`);
    expect(interest.statistics().cached).toBe(0);
    look('orders.new');
    const kept = look('orders.new');
    expect(look('orders.new')).toBe(kept);
    expect(interest.statistics().cached).toBe(1);
  });

  it('holds no more in its cache than it may, whether subjects are long or matches large', () => {
    const bytes = 64 * 1024;
    const interest = new Interest({ slots: 1_024, families: 16, bytes });
    for (let sid = 0; sid < 100; sid++) interest.add(subscribe(sid, '>', undefined));
    for (let number = 0; number < 2_000; number++) {
      const subject = Buffer.from(`${'long'.repeat(100)}.${number}`);
      for (let time = 0; time < 2; time++) interest.match(subject, 0, subject.length, hashSubject(subject));
    }
    const { cached } = interest.statistics();
    expect(cached).toBeGreaterThan(0);
    expect(cached * (100 * 8 + 400)).toBeLessThan(bytes);
  });

  it('lets go of what wildcards have made stale, though nobody asks for it again', () => {
    const interest = new Interest({ slots: 64, families: 16, bytes: 1_000_000 });
    for (let number = 0; number < 40; number++) {
      const subject = Buffer.from(`a.${number}`);
      for (let time = 0; time < 2; time++) interest.match(subject, 0, subject.length, hashSubject(subject));
    }
    expect(interest.statistics().cached).toBeGreaterThan(0);
    for (let sid = 0; sid < 8; sid++) interest.add(subscribe(sid, 'a.*', undefined));
    expect(interest.statistics().cached).toBe(0);
  });

  it('matches a subject of thousands of tokens', () => {
    const interest = new Interest();
    const tokens = new Array<string>(2_000).fill('a');
    const deep = subscribe(1, tokens.map((_, index) => (index % 2 === 0 ? '*' : 'a')).join('.'), undefined);
    interest.add(deep);
    expect(interest.find(tokens.join('.')).plain).toEqual([deep]);
  });

  it('gives the members of a large queue group, whichever subject they listen on', () => {
    const interest = new Interest();
    for (let sid = 0; sid < 130_000; sid++) interest.add(subscribe(sid, sid % 2 === 0 ? 'a.b' : 'a.*', 'q'));
    // More than may stand in one call.
    expect(interest.find('a.b').queues.map(({ length }) => length)).toEqual([130_000]);
  });
});
