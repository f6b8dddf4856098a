import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import { type ControlPlace, controlFolders, stateOfFolder } from './folder.js';
import type { PoolStatus } from './messages.js';
import { askPool, type PoolSocket, socketsIn } from './sockets.js';

/** A pool that has a socket. */
export interface FoundPool extends PoolSocket {
  /** Undefined where it does not answer in time: it is stopped, or has too much to do. */
  readonly status: PoolStatus | undefined;
}

export interface FindOptions {
  readonly place: ControlPlace;
  /** How long each may take to answer. */
  readonly patienceMs: number;
  /** Is told of folders that are not looked into, and of pools that answer in no way that can be read. */
  readonly warn: (message: string) => void;
}

/**
 * The pools of this user that run on this machine, by name, then age. What killed ones have left is removed on the way.
 */
export async function findPools({ place, patienceMs, warn }: FindOptions): Promise<readonly FoundPool[]> {
  const sockets = controlFolders(place).flatMap((folder) => {
    const state = stateOfFolder(folder, place.uid);
    if (typeof state === 'object') warn(`pools are not looked for in a folder: ${state.problem}`);
    return state === 'good' ? socketsIn(folder) : [];
  });
  const found = await Promise.all(
    sockets.map(async (socket): Promise<readonly FoundPool[]> => {
      try {
        const status = await askPool(socket, { command: 'status' }, patienceMs);
        return status === undefined ? [] : [{ ...socket, status: checkStatus(status) }];
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        if (error.kind === 'timeout') return [{ ...socket, status: undefined }];
        // It may have ended between the two.
        if (existsSync(socket.path)) warn(`the pool with pid ${socket.pid}: ${error.message}`);
        return [];
      }
    }),
  );
  return found.flat().sort((a, b) => compare(sortKey(a), sortKey(b)));
}

/** @throws CliError `pool` where a pool of another version tells too little */
function checkStatus(status: object): PoolStatus {
  const { name, state, pid, requests, rss_bytes, services, by_endpoint, by_worker } = status as Partial<PoolStatus>;
  const isKnown =
    [name, state].every((text) => typeof text === 'string') &&
    [pid, requests, rss_bytes].every((number) => typeof number === 'number') &&
    [services, by_endpoint, by_worker].every((list) => Array.isArray(list));
  if (isKnown) return status as PoolStatus;
  throw new CliError('pool', 'what it answers cannot be read: it may be of another version of natsctl');
}

function sortKey({ status, pid }: FoundPool): readonly [string, string, number] {
  return [status?.name ?? '\uffff', status?.started ?? '', pid];
}

function compare(a: readonly [string, string, number], b: readonly [string, string, number]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] as typeof value;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
