export { type EndpointTotal, StatisticsLedger } from './ledger.js';
export { type PoolStatistics, poolStatistics, type WorkerState } from './pool-statistics.js';
export { StatisticsReporter } from './reporter.js';
export { addTally, emptyTally, type Tally, tallyOf, type WorkerSnapshot } from './snapshot.js';
