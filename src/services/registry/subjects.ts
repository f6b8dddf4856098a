/** What clients and registries say to each other, and where; the last three are among the workers of registries. */
export const subjects = {
  register: 'service.register',
  deregister: 'service.deregister',
  list: 'service.list',
  lookup: 'service.lookup',
  events: (event: string): string => `service.events.${event}`,
  peers: 'service.registry.peers',
  snapshot: 'service.registry.snapshot',
  worker: (id: string): string => `service.registry.worker.${id}`,
} as const;

export const REGISTRY_QUEUE = 'registries';
