export { checkFiles } from './check-files.js';
export type { Denial } from './client-errors.js';
export { denialError, explainClientError, lostError, noReplyError, noRespondersError } from './client-errors.js';
export { connect } from './connect.js';
export type { Connection, Disconnect } from './connection.js';
export { parseContext } from './context-file.js';
export { type ConnectionPlan, contextFor, planConnection } from './plan.js';
export type { ConnectionFlags, Environment } from './settings.js';
