import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createTempDir } from './guardian.js';
import { type RunningProgram, startProgram } from './program.js';
import { hasPython } from './python.js';

/** Whether there is what a service manager is told with, and what stands in for one. */
export const canNotify: boolean = hasPython && spawnSync('systemd-notify', ['--version']).status === 0;

/** Node has no datagram sockets in the file system. */
const LISTENER = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print('listening', flush=True)
while True:
    # What comes with it, a pipe that systemd-notify waits for, is closed by not taking it.
    print(' '.join(listener.recv(4096).decode().splitlines()), flush=True)
`;

/** Starts what prints each message of sd_notify as a line on stdout. */
export async function startNotifySocket(): Promise<RunningProgram & { readonly path: string }> {
  const path = join(createTempDir('notify'), 'socket');
  const program = startProgram('python3', ['-c', LISTENER, path]);
  await program.waitForLine('stdout', /listening/);
  return Object.assign(program, { path });
}
