export { type Child, lookAway, startChild } from './child.js';
export { findProgram, type Program } from './find-program.js';
export { messageVariables, withoutMessage } from './message-environment.js';
export { describeOutcome, notStarted, type ProgramOutcome } from './outcome.js';
export { ProcessGroups, signalGroup } from './process-groups.js';
export { ProgramRunner } from './program-runner.js';
export { FULL_CHUNK_BYTES, relayLines } from './relay-lines.js';
