import { expect, it } from 'vitest';
import { csvText } from '../../../src/bench/report/csv.js';

const NAMES = 't_s,duration_s,messages,rate,bytes,errors,p50_ms,p99_ms,max_ms,planned_rate';

it('writes a line a second, with what is absent left empty', () => {
  const text = csvText({
    series: [
      { t_s: 0, duration_s: 1, messages: 5_000, bytes: 640_000, errors: 0, p50_ms: 0.842, p99_ms: 1.2, max_ms: 4 },
      { t_s: 1, duration_s: 0.3, messages: 1_000, bytes: 128_000, errors: 2, planned_rate: 5_000 },
    ],
  });
  expect(text.split('\r\n')).toEqual([
    NAMES,
    '0,1,5000,5000,640000,0,0.842,1.2,4,',
    '1,0.3,1000,3333.333,128000,2,,,,5000',
    '',
  ]);
});

it('of nothing writes the names, and no rate where there was no time', () => {
  expect(csvText({ series: [] })).toBe(`${NAMES}\r\n`);
  expect(csvText({ series: [{ t_s: 0, duration_s: 0, messages: 0, bytes: 0, errors: 0 }] })).toContain(
    '\r\n0,0,0,,0,0',
  );
});
