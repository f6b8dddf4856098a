export { gather } from './gather.js';
export { requestOf } from './inputs.js';
export { runGather } from './run-gather.js';
export { type Running, runLines } from './run-lines.js';
export { runRepeat } from './run-repeat.js';
