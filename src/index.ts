export { type Config, defineConfig, type PoolConfig } from './config/define-config.js';
export type { CallOptions, ServiceReply } from './services/calling.js';
export {
  defineService,
  type Endpoint,
  type EndpointSchema,
  type Handler,
  type HandlerResult,
  type Middleware,
  type ServiceDefinition,
  ServiceError,
  type ServiceErrorOptions,
  type ServiceRequest,
  type ServiceScope,
} from './services/define-service.js';
