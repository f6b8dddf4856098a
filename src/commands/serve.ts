import type { ConnectionPlan } from '../connection/index.js';
import { ownPlace } from '../control/index.js';
import { parseLogFormat } from '../output/index.js';
import { createAssignments, embeddedPolicy, servePools } from '../workers/index.js';
import { defineCommand } from './command.js';
import { planFromFlags } from './connection-plan.js';
import { parseListenAddress } from './listen-address.js';
import { serveFlags } from './serve-flags.js';
import { readPool } from './serve-pool.js';
import { requestToServe } from './serve-request.js';

export const serve = defineCommand({
  usage: 'serve SERVICE… | --exec|--stdio --subject SUBJECT -- CMD ARGS…',
  describe: 'Run services with a supervised pool of workers, each a process with a connection of its own',
  operands: { SERVICE: 'A module, ./orders.ts, or one that comes with natsctl: echo, greeter, registry, time' },
  completes: ['service'],
  runsProgram: true,
  flags: serveFlags,
  examples: [
    ['natsctl serve ./orders.ts --workers 3', 'three workers share the requests to a module of yours'],
    ['natsctl serve ./orders.ts --watch', 'each save is served at once'],
    ['natsctl serve greeter --ready-file ready.json --wait-server 30s &', 'in CI, with a server that is starting'],
    ['natsctl serve --exec --subject up.case --name upper -- tr a-z A-Z', 'a program; no shell'],
  ],
  epilogue:
    'Ctrl-C or SIGTERM drains: what is in hand is answered, then it exits with 0. A second Ctrl-C ends it at once. A worker that dies is replaced. How to write a module: docs/services.md.\n\nExit codes: 0 drained, 2 usage or a module that cannot be loaded, 3 no connection, 4 refused or denied, 9 no worker stays alive, 130 ended by a second Ctrl-C.',
  handlesSignals: true,

  async run({ operands, afterDashes, flags, global, output, env }) {
    const services = operands.slice(0, operands.length - afterDashes.length);
    const folder = process.cwd();
    const request = await requestToServe({ flags, global, services, program: afterDashes, env, folder });
    const pools = request.pools.map((pool) => {
      const place = { path: env['PATH'], folder: pool.folder };
      const settings = pool.read(() => readPool(pool.flags, pool.services, pool.program, place));
      return { name: pool.name, settings };
    });
    const { shared } = request;
    const { log, health, plans, embedded } = shared.read(() => {
      const made = pools.map(({ name, settings }) => {
        return planFromFlags(shared.global, env, `natsctl serve ${name ?? settings.label}`);
      });
      // There is one pool at least.
      const plan = made[0] as ConnectionPlan;
      return {
        log: parseLogFormat(shared.flags.log, output.style.json),
        health: shared.flags.health === undefined ? undefined : parseListenAddress(shared.flags.health, '--health'),
        plans: made,
        embedded: embeddedPolicy(shared.flags, env, plan),
      };
    });
    return servePools({
      pools: pools.map(({ name, settings }, index) => {
        const { label, workers, watched, limits, ...assigned } = settings;
        return {
          name,
          label,
          workers,
          watched,
          assignmentFor: createAssignments({
            ...assigned,
            ...limits,
            pool: name,
            plan: plans[index] as ConnectionPlan,
            log,
            programLog: output.style.json || log === 'json' ? 'json' : 'text',
          }),
        };
      }),
      readyFile: shared.flags.readyFile,
      health,
      output,
      plan: plans[0] as ConnectionPlan,
      embedded,
      controlPlace: ownPlace(env),
    });
  },
});
