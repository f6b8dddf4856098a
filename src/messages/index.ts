export { type Expectation, type ExpectationFlags, parseExpectation } from './expectation.js';
export { parseJsonPath, valueAt } from './json-path.js';
export { mergeHeaders } from './merge-headers.js';
export { type JsonLine, parseContent, parseJsonLine, parseMessageRecord } from './message-record.js';
export { parseBodyTemplate } from './template.js';
