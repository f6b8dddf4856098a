import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/errors.js';
import {
  atPlace,
  describePublished,
  ProgressReport,
  publishedFields,
  withDelivery,
} from '../../src/publishing/report.js';

describe('what was published', () => {
  it.each([
    [{ messages: 1_000_000, bytes: 128_000_000 }, 'Published 1,000,000 messages (128 MB) in 1.2 s'],
    [{ messages: 1, bytes: 5, durationMs: 0.3 }, 'Published 1 message (5 B) in 1 ms'],
    [{ messages: 0, bytes: 0 }, 'Published 0 messages (0 B) in 1.2 s'],
    [{ messages: 9, bytes: 1_500, skipped: 1_001 }, 'Published 9 messages (1.5 kB) in 1.2 s, 1,001 skipped'],
  ])('is told: %j', (published, text) => {
    expect(describePublished({ skipped: 0, durationMs: 1_234, ...published })).toBe(text);
  });

  it('is an object for a program', () => {
    const published = { messages: 2, bytes: 3, skipped: 1, durationMs: 4.6 };
    expect(publishedFields(published)).toEqual({ messages: 2, bytes: 3, skipped: 1, duration_ms: 5 });
  });
});

describe('a failure', () => {
  const lost = new CliError('connection', 'lost', { hint: 'try', details: { server: 's' } });

  it('says what the server has, and what it may have', () => {
    const failure = withDelivery(lost, { confirmed: 1_000, inDoubt: 20, denied: 0 }, false);
    expect(failure).toMatchObject({
      kind: 'connection',
      message: 'lost; 1,000 messages confirmed, 20 in doubt',
      hint: 'try',
      details: { server: 's', confirmed: 1_000, in_doubt: 20 },
    });
    expect(failure.details).not.toHaveProperty('denied');
  });

  it('of a connection that took nothing with it warns of no loss', () => {
    const failure = withDelivery(lost, { confirmed: 5, inDoubt: 0, denied: 0 }, false);
    expect(failure).toMatchObject({ message: 'lost; 5 messages confirmed', hint: undefined });
  });

  it('says what was denied', () => {
    expect(withDelivery(lost, { confirmed: 1, inDoubt: 0, denied: 2 }, false)).toMatchObject({
      message: 'lost; 1 message confirmed, 2 denied',
      details: { confirmed: 1, in_doubt: 0, denied: 2 },
    });
  });

  it('of a single message tells a person nothing more, and a program the numbers', () => {
    expect(withDelivery(lost, { confirmed: 0, inDoubt: 1, denied: 0 }, true)).toMatchObject({
      message: 'lost',
      details: { confirmed: 0, in_doubt: 1 },
    });
  });

  it('of a piece of input has its place', () => {
    expect(atPlace(new CliError('usage', 'the line is empty'), 'line', 1_234)).toMatchObject({
      message: 'line 1,234: the line is empty',
      details: { n: 1_234 },
    });
  });
});

describe('a report of progress', () => {
  it('has the count, the bytes and the rate of the last second', () => {
    let now = 0;
    const report = new ProgressReport(() => now);
    let messages = 0;
    const texts: string[] = [];
    // A second at 1,000 a second, then two at 5,000.
    for (now = 100; now <= 3_000; now += 100) {
      messages += now <= 1_000 ? 100 : 500;
      texts.push(report.read(messages, messages * 10, undefined).text);
    }
    expect(texts[9]).toBe('1,000 messages, 10 kB, 1,000 a second');
    expect(texts.at(-1)).toBe('11,000 messages, 110 kB, 5,000 a second');
  });

  it('says how long it takes yet, where the end is known', () => {
    let now = 0;
    const report = new ProgressReport(() => now);
    now = 3_000;
    expect(report.read(250, 2_500, 0.25)).toEqual({
      fraction: 0.25,
      text: '250 messages, 2.5 kB, 83 a second, 9 s left',
    });
    expect(new ProgressReport(() => 0).read(0, 0, 0)).toEqual({ fraction: 0, text: '0 messages, 0 B, 0 a second' });
  });
});
