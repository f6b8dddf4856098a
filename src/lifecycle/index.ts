export { prepareReadyFile, removeReadyFile, writeReadyFile } from './ready-file.js';
export { exitCodeOf, listenForStop } from './stop-signals.js';
