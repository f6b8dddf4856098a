import type { Command } from './command.js';

/** A command as the overview lists it; its own file is loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly describe: string;
  load(): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    describe: 'Run a service with a supervised pool of workers',
    load: async () => (await import('./serve.js')).serve as unknown as Command,
  },
  {
    name: 'request',
    describe: 'Send a request and print the reply',
    load: async () => (await import('./request.js')).request as unknown as Command,
  },
  {
    name: 'run',
    describe: 'Run a command with a NATS server of its own, and services on it',
    load: async () => (await import('./run.js')).run as unknown as Command,
  },
  {
    name: 'server',
    describe: 'Run a NATS server for development and tests',
    load: async () => (await import('./server.js')).server as unknown as Command,
  },
];
