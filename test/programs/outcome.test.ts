import { expect, it } from 'vitest';
import { describeOutcome, type ProgramOutcome } from '../../src/programs/index.js';

it.each([
  [{ kind: 'exited', code: 3 }, 'exit 3'],
  [{ kind: 'killed', signal: 'SIGKILL' }, 'SIGKILL'],
  [{ kind: 'not started', reason: 'E2BIG' }, 'not started: E2BIG'],
] as ReadonlyArray<[ProgramOutcome, string]>)('describes %j as %j', (outcome, text) => {
  expect(describeOutcome(outcome)).toBe(text);
});
