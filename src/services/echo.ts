import { defineService, type ServiceDefinition } from './define-service.js';

/** Answers with what it was sent, byte for byte. */
export const echo: ServiceDefinition = defineService({
  name: 'echo',
  version: '1.0.0',
  description: 'Answers with what it was sent',
  queue: 'echoes',
  endpoints: { echo: { subject: 'echo', handler: ({ data }) => data } },
});
