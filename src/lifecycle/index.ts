export { holdReadyFile, prepareReadyFile, removeReadyFile, writeReadyFile } from './ready-file.js';
export { exitCodeOf, listenForStop, type StopSignal, type StopSignals } from './stop-signals.js';
export { untilSignal } from './until-signal.js';
