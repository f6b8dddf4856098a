export { type CannedReply, parseCannedError } from './canned-reply.js';
export { runReply } from './run-reply.js';
