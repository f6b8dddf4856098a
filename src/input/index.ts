export { type BodyRequest, chooseBody, explainReadError, readBody, stdinHasInput } from './body.js';
export { parseHeaders } from './headers.js';
export { readRecords } from './records.js';
