import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../errors.js';

/** What decides where the sockets of this user's pools are. */
export interface ControlPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined where the system has no such ids: pools there are not controlled. */
  readonly uid: number | undefined;
}

/** `sun_path` has 108 bytes on Linux and 104 elsewhere, the last for a NUL; Node cuts off what is longer. */
const LONGEST_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * The folders where sockets of this user's pools may be, in the order in which a pool tries them. Several, since who
 * asks may have another environment than who serves: a service of systemd and a login shell, say.
 */
export function controlFolders({ env, uid }: ControlPlace): readonly string[] {
  if (uid === undefined) return [];
  if (env['NATSCTL_RUNTIME_DIR']) return [env['NATSCTL_RUNTIME_DIR']];
  const own = [env['XDG_RUNTIME_DIR'], `/run/user/${uid}`].filter((folder) => folder?.startsWith('/'));
  const shared = [env['TMPDIR'], '/tmp'].filter((folder) => folder?.startsWith('/'));
  return [
    ...new Set([
      ...own.map((folder) => join(folder as string, 'natsctl')),
      ...shared.map((folder) => join(folder as string, `natsctl-${uid}`)),
    ]),
  ];
}

/** The place of this process. */
export function ownPlace(env: ControlPlace['env']): ControlPlace {
  return { env, uid: process.getuid?.() };
}

/** What a folder is to the user who would trust it. */
export type FolderState = 'good' | 'absent' | { readonly problem: string };

/** Whether a folder is this user's alone, so that nobody else puts a socket there, or finds one. */
export function stateOfFolder(path: string, uid: number | undefined): FolderState {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory()) return { problem: `${path} is no folder` };
    if (stats.uid !== uid) return { problem: `${path} belongs to another user` };
    if ((stats.mode & 0o077) !== 0) return { problem: `${path} is open to other users: chmod 700 closes it` };
    return 'good';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // In a folder of another user, such as that of who has become this one, there is none of this user's.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return 'absent';
    return { problem: `${path}: ${systemReason(error as Error)}` };
  }
}

/**
 * Makes a folder where it is absent, in one that is there.
 *
 * @returns why no socket can be there; undefined where one can
 */
export function prepareFolder(path: string, uid: number | undefined, socketName: string): string | undefined {
  const bytes = Buffer.byteLength(join(path, socketName));
  if (bytes > LONGEST_SOCKET_PATH_BYTES) {
    return `${path} is too long: a socket there has ${bytes} bytes in its path, and may have ${LONGEST_SOCKET_PATH_BYTES}`;
  }
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `${path}: the folder above it is missing`;
    if (code !== 'EEXIST') return `${path}: ${systemReason(error as Error)}`;
  }
  const state = stateOfFolder(path, uid);
  if (state === 'good') return undefined;
  return state === 'absent' ? `${path} has been removed` : state.problem;
}
