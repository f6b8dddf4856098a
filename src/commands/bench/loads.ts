import { pub } from './pub.js';
import { pubsub } from './pubsub.js';
import { request } from './request.js';
import { service } from './service.js';
import type { LoadSubcommand } from './subcommand.js';

/** The workloads that make their own load, by the names of their subcommands: a suite may have them. */
export const loads: Readonly<Record<string, LoadSubcommand>> = { request, pub, pubsub, service };
