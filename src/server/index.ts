export type { LogLevel, ServerAuth, ServerOptions, ServerTls } from './options.js';
export { type RunningServer, startServer } from './server.js';
