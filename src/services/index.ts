export { builtInServiceNames } from './built-in.js';
export { callService } from './calling.js';
export { type ServiceDefinition, ServiceError } from './define-service.js';
export { Gate } from './gate.js';
export { loadService } from './load-service.js';
export { findSource, nameOfSource, type ServiceSource } from './loading/source.js';
export { DEFAULT_TTL_S, HEARTBEATS_PER_TTL, LONGEST_TTL_S, SHORTEST_TTL_S } from './registry/registration.js';
export { subjects as registrySubjects } from './registry/subjects.js';
export {
  type AnsweredRequest,
  type EndpointFace,
  HANDLER_TIMEOUT_MS,
  type RunningService,
  startService,
} from './running-service.js';
