export { builtInServiceNames, findService } from './built-in.js';
export type { ServiceDefinition } from './define-service.js';
export { type AnsweredRequest, type RunningService, startService } from './running-service.js';
