export { type BodyRequest, chooseBody, explainReadError, readBody, stdinHasInput } from './body.js';
export { parseHeaders } from './headers.js';
export { cutInput, type InputFormat, readInput } from './input-records.js';
export { readRecords } from './records.js';
