import { defineService, type ServiceDefinition } from './define-service.js';

/** Tells the time of the machine that it runs on. */
export const time: ServiceDefinition = defineService({
  name: 'time',
  version: '1.0.0',
  description: 'Answers with the time, in UTC',
  queue: 'clocks',
  endpoints: {
    now: { subject: 'time.now', handler: () => new Date().toISOString() },
    unix: { subject: 'time.unix', handler: () => String(Date.now() / 1_000) },
  },
});
