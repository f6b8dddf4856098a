export { choosePool, namesOfPool } from './choose-pool.js';
export { ControlServer } from './control-server.js';
export { type FoundPool, findPools } from './find-pools.js';
export { type ControlPlace, ownPlace } from './folder.js';
export {
  type ControlRequest,
  type EndpointStatus,
  MOST_WORKERS,
  type PoolState,
  type PoolStatus,
  type ReloadResult,
  type ScaleResult,
  type StopResult,
  type Work,
  type WorkerStatus,
} from './messages.js';
export { ratesBetween } from './rates.js';
export { poolFields, poolTable, statusText } from './report.js';
export { askPool } from './sockets.js';
