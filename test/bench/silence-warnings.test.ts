import { describe, expect, it } from 'vitest';
import type { LoadPlan } from '../../src/bench/load/load-plan.js';
import type { ServerSilence } from '../../src/bench/load/thread-messages.js';
import { silenceWarnings } from '../../src/bench/silence-warnings.js';

const messages = { kind: 'messages', messages: 10_000 } as const;
const silence = (parts: Partial<ServerSilence>): ServerSilence => ({
  unconfirmed: 0,
  unconfirmedMs: 0,
  endedNs: 1e9,
  forsakenMs: 0,
  ...parts,
});

describe('what a reader of figures has to know of a server that stood still', () => {
  it.each<[LoadPlan['workload'], ServerSilence[], string[]]>([
    ['pub', [], []],
    [
      'pub',
      [silence({ unconfirmed: 1_000, unconfirmedMs: 2_000 }), silence({ unconfirmed: 1, unconfirmedMs: 2_100 })],
      ['the server said nothing for 2.1 s and never confirmed 1,001 messages, which count as lost'],
    ],
    [
      'pubsub',
      [silence({ unconfirmed: 1, unconfirmedMs: 500, forsakenMs: 500 })],
      [
        'the server said nothing for 500 ms and never confirmed 1 message',
        'no server took anything for 500 ms: it ended with 1,234 of 10,000 sent',
      ],
    ],
    [
      'request',
      [silence({ forsakenMs: 5_000 })],
      ['no server took anything for 5 s: it ended with 1,234 of 10,000 sent'],
    ],
  ])('of %s', (workload, silences, warnings) => {
    expect(silenceWarnings({ workload, end: messages }, silences, 1_234)).toEqual(warnings);
  });
});
