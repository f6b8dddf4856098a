export {
  defineService,
  type Endpoint,
  type Handler,
  type HandlerResult,
  type ServiceDefinition,
  ServiceError,
  type ServiceRequest,
} from './services/define-service.js';
