export { type Expectation, type ExpectationFlags, parseExpectation } from './expectation.js';
export { parseJsonPath, valueAt } from './json-path.js';
export { mergeHeaders } from './merge-headers.js';
export { parseMessageRecord } from './message-record.js';
export { parseBodyTemplate } from './template.js';
