export { type EmbeddedPolicy, embeddedPolicy, startEmbeddedServer, withEmbeddedHint } from './embedded-server.js';
export { createAssignments } from './messages.js';
export { Pool } from './pool.js';
export { tellOfPool } from './pool-notices.js';
export { servePool } from './serve-pool.js';
export { countProcessors, MOST_WORKERS, parseWorkerCount } from './worker-count.js';
