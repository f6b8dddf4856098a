import { expect, it } from 'vitest';
import { TrafficCounter } from '../../../src/subscribing/report/subject-traffic.js';

function setUp(mostSubjects?: number) {
  let now = 1_000;
  const counter = new TrafficCounter(() => now, mostSubjects);
  const note = (subject: string, times: number, bytes = 10): void => {
    for (let time = 0; time < times; time++) counter.note(subject, bytes);
  };
  const wait = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { counter, note, wait };
}

it('counts by subject, the busiest first, the rest together', () => {
  const { counter, note, wait } = setUp();
  note('b', 2);
  note('a', 2, 5);
  note('c', 4);
  note('d', 1);
  wait(2_000);
  expect(counter.overall(2)).toEqual({
    messages: 9,
    bytes: 80,
    rate: 4.5,
    durationMs: 2_000,
    subjects: [
      { subject: 'c', messages: 4, bytes: 40, rate: 2 },
      { subject: 'a', messages: 2, bytes: 10, rate: 1 },
    ],
    others: { messages: 3, bytes: 30, rate: 1.5 },
    subjectCount: 4,
    isCountExact: true,
  });
});

it('tells rates since the last report, or since the beginning', () => {
  const { counter, note, wait } = setUp();
  wait(10_000);
  counter.begin();
  note('a', 10);
  wait(1_000);
  expect(counter.sinceLast(1)).toMatchObject({ rate: 10, subjects: [{ rate: 10 }] });
  note('a', 4);
  note('b', 2);
  wait(2_000);
  expect(counter.sinceLast(1)).toMatchObject({ rate: 3, subjects: [{ rate: 2 }], others: { rate: 1 } });
  wait(1_000);
  expect(counter.sinceLast(2)).toMatchObject({ rate: 0, subjects: [{ rate: 0 }, { rate: 0 }] });
  expect(counter.overall(1)).toMatchObject({ rate: 4, durationMs: 4_000 });
});

it('has no rate where no time has gone by', () => {
  const { counter, note } = setUp();
  note('a', 1);
  expect(counter.overall(1)).toMatchObject({ rate: 0, subjects: [{ rate: 0 }] });
  expect(counter.sinceLast(1)).toMatchObject({ rate: 0 });
});

it('keeps the busiest of very many subjects, and the sum of all', () => {
  const { counter, note, wait } = setUp(100);
  note('busy', 50);
  for (let subject = 0; subject < 100_000; subject++) note(`s.${subject}`, 1);
  wait(1_000);
  const report = counter.overall(1);
  expect(report).toMatchObject({ messages: 100_050, bytes: 1_000_500, isCountExact: false });
  expect(report.subjects).toEqual([{ subject: 'busy', messages: 50, bytes: 500, rate: 50 }]);
  expect(report.others.messages).toBe(100_000);
  expect(report.subjectCount).toBeLessThanOrEqual(100);
});
