export { builtInServiceNames } from './built-in.js';
export { requireServiceName } from './check-definition.js';
export type { ServiceDefinition } from './define-service.js';
export { Gate } from './gate.js';
export { loadService, prepareToLoad } from './load-service.js';
export { digestOfFile } from './loading/digest.js';
export { findSource, nameOfSource, type ProgramSource, type ServiceSource, serviceNameOf } from './loading/source.js';
export type { ProgramScope } from './programs/scope.js';
export {
  type AnsweredRequest,
  type EndpointFace,
  HANDLER_TIMEOUT_MS,
  type RunningService,
  startService,
} from './running-service.js';
