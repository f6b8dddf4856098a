export { createJudge, type Judge } from './judge.js';
export type { TellPause } from './patience.js';
export { type ReplyStyle, replyFields, replyText } from './reply-printer.js';
export { isNoResponders, type Reply, request, requestOnce, serviceFailure } from './request.js';
