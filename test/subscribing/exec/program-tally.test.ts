import { expect, it } from 'vitest';
import type { ProgramOutcome } from '../../../src/programs/index.js';
import { ProgramTally } from '../../../src/subscribing/exec/program-tally.js';

const exited = (code: number): ProgramOutcome => ({ kind: 'exited', code });
const killed: ProgramOutcome = { kind: 'killed', signal: 'SIGKILL' };
const notStarted: ProgramOutcome = { kind: 'not started', reason: 'E2BIG' };

it.each([
  [[], 0, '0 programs run', undefined, { programs: 0, failed: 0 }],
  [[exited(0)], 0, '1 program run (exit 0: 1)', undefined, { programs: 1, failed: 0, exit_codes: { 0: 1 } }],
  [
    [exited(0), exited(1), exited(0), killed, notStarted, exited(1)],
    0,
    '6 programs run (exit 0: 2, exit 1: 2, SIGKILL: 1, not started: 1)',
    '4 of 6 programs failed',
    { programs: 6, failed: 4, exit_codes: { 0: 2, 1: 2 }, signals: { SIGKILL: 1 }, not_started: 1 },
  ],
  [
    [exited(0)],
    2,
    '1 program run (exit 0: 1); 2 messages came for which none was run',
    undefined,
    { programs: 1, failed: 0, exit_codes: { 0: 1 }, not_run: 2 },
  ],
] as const)('of %j, and %i not run, tells %j', (outcomes, notRun, text, error, summary) => {
  const tally = new ProgramTally();
  for (const outcome of outcomes) tally.note(outcome);
  tally.notRun = notRun;
  expect(tally.describe()).toBe(text);
  expect(JSON.parse(JSON.stringify(tally.summary()))).toEqual(summary);
  expect(tally.error()?.message).toBe(error);
  expect(tally.error()?.kind).toBe(error === undefined ? undefined : 'service_error');
});
