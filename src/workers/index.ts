export { embeddedPolicy } from './embedded-server.js';
export { createAssignments } from './messages.js';
export { Pool } from './pool.js';
export { tellOfPool } from './pool-notices.js';
export { servePool } from './serve-pool.js';
export { countProcessors, parseWorkerCount } from './worker-count.js';
