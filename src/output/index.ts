export { escapeForLog, escapeLine, escapePayload } from './escape.js';
export { type LogFormat, parseLogFormat } from './log-format.js';
export { headerFields, payloadFields } from './message-json.js';
export { startSpinner } from './spinner.js';
export type { Output, OutputStyle } from './streams.js';
