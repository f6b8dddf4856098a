import type { Command } from './command.js';

/** A command as the overview lists it; its own file is loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly describe: string;
  /** Other names that it answers to, those of the `nats` command. */
  readonly aliases?: readonly string[];
  load(): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    describe: 'Run a service with a supervised pool of workers',
    load: async () => (await import('./serve.js')).serve as unknown as Command,
  },
  {
    name: 'pool',
    aliases: ['pools'],
    describe: 'See, scale, reload and stop the pools that run here',
    load: async () => (await import('./pool.js')).pool as unknown as Command,
  },
  {
    name: 'request',
    aliases: ['req'],
    describe: 'Send a request and print the reply',
    load: async () => (await import('./request.js')).request as unknown as Command,
  },
  {
    name: 'reply',
    describe: 'Answer requests with a canned reply',
    load: async () => (await import('./reply.js')).reply as unknown as Command,
  },
  {
    name: 'pub',
    aliases: ['publish'],
    describe: 'Publish a message, or many',
    load: async () => (await import('./pub.js')).pub as unknown as Command,
  },
  {
    name: 'sub',
    aliases: ['subscribe'],
    describe: 'Print the messages that are published',
    load: async () => (await import('./sub.js')).sub as unknown as Command,
  },
  {
    name: 'service',
    aliases: ['services', 'micro'],
    describe: 'See the services of a server, and wait for them',
    load: async () => (await import('./service.js')).service as unknown as Command,
  },
  {
    name: 'bench',
    describe: 'Measure how fast services and servers are',
    load: async () => (await import('./bench.js')).bench as unknown as Command,
  },
  {
    name: 'run',
    describe: 'Run a command with a NATS server of its own',
    load: async () => (await import('./run.js')).run as unknown as Command,
  },
  {
    name: 'server',
    describe: 'Run a NATS server for development and tests',
    load: async () => (await import('./server.js')).server as unknown as Command,
  },
  {
    name: 'context',
    aliases: ['ctx'],
    describe: 'Manage the saved connection settings',
    load: async () => (await import('./context.js')).context as unknown as Command,
  },
  {
    name: 'rtt',
    describe: 'Measure the round trip to each server',
    load: async () => (await import('./rtt.js')).rtt as unknown as Command,
  },
  {
    name: 'doctor',
    describe: 'Find out why a connection fails, and what mends it',
    load: async () => (await import('./doctor.js')).doctor as unknown as Command,
  },
  {
    name: 'completion',
    describe: 'Print the completion script of a shell',
    load: async () => (await import('./completion.js')).completion as unknown as Command,
  },
  {
    name: 'help',
    describe: 'Show the help of a command, or of a topic',
    load: async () => (await import('./help.js')).help as unknown as Command,
  },
];

/** The command of a name, or of one of its other names. */
export function findCommand(name: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === name || entry.aliases?.includes(name));
}
