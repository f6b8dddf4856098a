export { type EmbeddedPolicy, embeddedPolicy, startEmbeddedServer, withEmbeddedHint } from './embedded-server.js';
export { SHORTEST_WATCHDOG_MS, WATCHDOG_MS } from './hang-watch.js';
export { type LifeLimits, SMALLEST_MEMORY_LIMIT_BYTES } from './life-limits.js';
export { createAssignments } from './messages.js';
export { createPlainPool } from './plain-pool.js';
export type { Pool } from './pool.js';
export { servePools } from './serve-pools.js';
export { countProcessors, parseWorkerCount } from './worker-count.js';
