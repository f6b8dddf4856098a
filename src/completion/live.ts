// What `natsctl __complete` needs: apart from the scripts' making, so that a press of the key loads no more than this.
import type { ConnectionPlan } from '../connection/index.js';
import type { Candidate } from './candidates.js';

export { type Candidate, SHELLS, type Shell, writeCandidates } from './candidates.js';
export { readWord } from './shell-words.js';

/** See {@link import('./live-subjects.js').findLiveSubjects}; loads the client first. */
export async function findLiveSubjects(plan: ConnectionPlan, patienceMs: number): Promise<readonly Candidate[]> {
  const subjects = await import('./live-subjects.js');
  return subjects.findLiveSubjects(plan, patienceMs);
}

/** The names of the services, in the same way. */
export async function findLiveServices(plan: ConnectionPlan, patienceMs: number): Promise<readonly Candidate[]> {
  const subjects = await import('./live-subjects.js');
  return subjects.findLiveServices(plan, patienceMs);
}
