import { spawnSync } from 'node:child_process';

/** Whether there is a Python, for the examples in it. */
export const hasPython: boolean = spawnSync('python3', ['--version']).status === 0;
