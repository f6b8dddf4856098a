export { chooseBody, readBody, stdinHasInput } from './body.js';
export { parseHeaders } from './headers.js';
