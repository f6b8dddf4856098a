import { request } from './request.js';
import { service } from './service.js';
import type { LoadSubcommand } from './subcommand.js';

/** The workloads, by the names of their subcommands. */
export const loads: Readonly<Record<string, LoadSubcommand>> = { request, service };
