import { defineService, type ServiceDefinition } from '../define-service.js';
import { RegistryNode } from './node.js';
import { readRegistration } from './registration.js';
import { REGISTRY_QUEUE, subjects } from './subjects.js';

/** Tells clients that do not speak `$SRV` which services are alive: those that register, again and again. */
export const registry: ServiceDefinition = defineService({
  name: 'registry',
  version: '1.0.0',
  description: 'Knows which services are alive, for clients that do not speak $SRV',
  queue: REGISTRY_QUEUE,
  context: () => new RegistryNode(),
  start: ({ context, nats }) => context.open(nats),
  stop: ({ context }) => context.close(),
  endpoints: {
    register: { subject: subjects.register, handler: ({ context, data }) => context.receipt(data) },
    deregister: {
      subject: subjects.deregister,
      handler: ({ data }) => {
        const { name, instance } = readRegistration(data);
        return { name, instance };
      },
    },
    list: { subject: subjects.list, handler: ({ context }) => context.list() },
    lookup: { subject: subjects.lookup, handler: ({ context, data }) => context.lookup(data) },
  },
});
