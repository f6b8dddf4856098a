import { createHash } from 'node:crypto';
import os from 'node:os';
import type { ServerInfo } from '../../connection/index.js';
import { VERSION } from '../../version.js';
import { maskCommand } from './mask-command.js';
import type { ReportedEnvironment } from './report.js';

/** The server that was measured against. */
export interface MeasuredServer {
  /** Without credentials. */
  readonly url: string;
  /** What it says of itself; undefined where it was not heard. */
  readonly info: Pick<ServerInfo, 'version' | 'server_name' | 'cluster' | 'max_payload' | 'jetstream'> | undefined;
  /** The connection to it is encrypted. */
  readonly tls: boolean;
}

/** What is known of the machine; as `node:os` has it. */
export type Machine = Pick<
  typeof os,
  'arch' | 'availableParallelism' | 'cpus' | 'hostname' | 'platform' | 'release' | 'totalmem'
>;

/** So that nobody finds a host by its hash in a table that was made for another purpose. */
const HASH_SALT = 'natsctl bench ';
const HASH_DIGITS = 16;

/**
 * Where a benchmark ran. Of the environment variables nothing is kept.
 *
 * @param command as it was written, the program's name first
 */
export function describeEnvironment(
  command: readonly string[],
  { url, info, tls }: MeasuredServer,
  machine: Machine = os,
): ReportedEnvironment {
  return {
    ...describeMachine(machine),
    server: {
      url,
      version: info?.version,
      name: info?.server_name,
      cluster: info?.cluster,
      max_payload: info?.max_payload,
      jetstream: info?.jetstream,
      tls,
    },
    command: maskCommand(command),
  };
}

/** What is known before any server answers. */
export function describeMachine(machine: Machine = os): Omit<ReportedEnvironment, 'server' | 'command'> {
  return {
    natsctl: VERSION,
    node: process.version,
    platform: `${machine.platform()} ${machine.arch()}`,
    kernel: machine.release(),
    cpu: machine.cpus()[0]?.model.trim() || 'unknown',
    cores: machine.availableParallelism(),
    memory_bytes: machine.totalmem(),
    machine: createHash('sha256').update(`${HASH_SALT}${machine.hostname()}`).digest('hex').slice(0, HASH_DIGITS),
  };
}
