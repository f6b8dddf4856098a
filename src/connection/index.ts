export { denialError, explainClientError, lostError } from './client-errors.js';
export { connect } from './connect.js';
export type { Connection } from './connection.js';
export { type ConnectionPlan, contextFor, planConnection } from './plan.js';
export type { ConnectionFlags, Environment } from './settings.js';
