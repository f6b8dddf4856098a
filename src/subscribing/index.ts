export { type Goal, hasGoal } from './goal.js';
export { openSink, type SinkPlan } from './open-sink.js';
export { subscribe } from './subscribe.js';
