export { findProgram, type Program } from './find-program.js';
export { type ProgramOutcome, ProgramRunner } from './program-runner.js';
