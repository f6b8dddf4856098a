export { builtInServiceNames } from './built-in.js';
export { callService } from './calling.js';
export { requireServiceName } from './check-definition.js';
export { type ServiceDefinition, ServiceError } from './define-service.js';
export type { EndpointState } from './discovery.js';
export { Gate } from './gate.js';
export { type BucketCounts, LatencyHistogram } from './latency-histogram.js';
export { loadDefault, loadService, prepareToLoad } from './load-service.js';
export { digestOfFile } from './loading/digest.js';
export { findSource, nameOfSource, type ProgramSource, type ServiceSource, serviceNameOf } from './loading/source.js';
export type { ProgramScope } from './programs/scope.js';
export { DEFAULT_TTL_S, HEARTBEATS_PER_TTL, LONGEST_TTL_S, SHORTEST_TTL_S } from './registry/registration.js';
export { subjects as registrySubjects } from './registry/subjects.js';
export {
  type AnsweredRequest,
  type EndpointFace,
  HANDLER_TIMEOUT_MS,
  type RunningService,
  startService,
} from './running-service.js';
export { OVERLOAD_POLICIES, type QueueLimit, WaitingRoom } from './waiting-room.js';
