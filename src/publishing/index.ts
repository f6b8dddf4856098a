export { CountedInput, inputSize, repeat } from './inputs.js';
export { type CommonParts, requireReplySubject, toMessageOf } from './messages.js';
export { type Publishing, type PublishTask, runPublish } from './run-publish.js';
