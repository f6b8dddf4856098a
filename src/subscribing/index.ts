export { type Goal, hasGoal } from './goal.js';
export type { MessageSink } from './message-sink.js';
export { createPrintSink } from './print-sink.js';
export { type SubscribeOptions, subscribe } from './subscribe.js';
