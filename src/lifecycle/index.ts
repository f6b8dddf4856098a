export { hasControllingTerminal } from './controlling-terminal.js';
export { bracketed, isAnywhere, listen } from './listen.js';
export { closeLostTerminals } from './lost-terminal.js';
export { holdReadyFile, prepareReadyFile, type ReadyFile } from './ready-file.js';
export { countDeath, type DeathRecord, HEALTHY_AFTER_MS, NO_DEATHS, restartPause } from './restart-policy.js';
export { findServiceManager } from './service-manager.js';
export { exitCodeOf, listenForStop, type StopSignal, type StopSignals } from './stop-signals.js';
export { untilSignal } from './until-signal.js';
