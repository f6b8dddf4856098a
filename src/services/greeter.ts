import { defineService, type ServiceDefinition, ServiceError, type ServiceRequest } from './define-service.js';

/** Greets by name. One final newline is dropped, so that `echo World | natsctl request greeter.greet` works. */
function greet(request: ServiceRequest): string {
  const name = request.text().replace(/\r?\n$/, '');
  if (name === '') throw new ServiceError(400, 'name is empty');
  return `Hello, ${name}!`;
}

export const greeter: ServiceDefinition = defineService({
  name: 'greeter',
  version: '1.0.0',
  description: 'Answers a name with a greeting',
  queue: 'greeters',
  endpoints: { greet: { subject: 'greeter.greet', handler: greet } },
});
