import { holdReadyFile } from '../lifecycle/index.js';
import { parseExpectation } from '../messages/index.js';
import { startSpinner } from '../output/index.js';
import { requireQueue, requireSubject } from '../protocol/subjects.js';
import { type Goal, hasGoal, openSink, subscribe } from '../subscribing/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import { planFromFlags } from './connection-plan.js';
import type { FlagValues } from './flags.js';
import { EXPECT_FOR, GOAL_RECONNECT, subFlags } from './sub-flags.js';
import { chooseSink } from './sub-sink.js';

export const sub = defineCommand({
  usage: 'sub SUBJECT... [--exec -- CMD ARGS...]',
  describe: 'Print the messages that are published',
  operands: { SUBJECT: 'One or more; * stands for one token, > for the rest: orders.>' },
  completes: ['subject'],
  runsProgram: true,
  flags: subFlags,
  examples: [
    ["natsctl sub 'orders.>'", 'watch; Ctrl-C ends it'],
    ['natsctl sub jobs.done --count 3 --for 1m --raw', 'or exit 6 after a minute'],
    ["natsctl sub 'a.>' --exec -- ./job {subject}", '$NATS_SUBJECT, $NATS_REPLY'],
  ],
  epilogue:
    'Exit codes: 0 goal reached, or none; 2 usage, 3 no connection, 4 denied, 6 too few messages, 7 a program failed, 8 none as expected, 130 or 143 a signal before the goal.',
  handlesSignals: true,

  async run({ operands, afterDashes, flags, global, output, env }) {
    const names = flags.exec ? operands.slice(0, operands.length - afterDashes.length) : operands;
    const subjects = requireSubjects(names);
    const queue = flags.queue === undefined ? undefined : requireQueue(flags.queue);
    const goal = readGoal(flags);
    const reconnect = flags.reconnect ?? (hasGoal(goal) ? GOAL_RECONNECT : undefined);
    const reconnectMs = reconnect === undefined ? undefined : parseDuration(reconnect, '--reconnect');
    const timestamps = flags.timestamps ?? (flags.timestamp ? 'absolute' : flags.deltaTime ? 'delta' : undefined);
    const sinkFlags = { ...flags, json: output.style.json, timestamps };
    const sinkPlan = chooseSink(sinkFlags, afterDashes, await output.dataColors());
    const plan = planFromFlags(global, env, 'natsctl sub');

    const readyFile = flags.readyFile === undefined ? undefined : await holdReadyFile(flags.readyFile);
    const opened = await openSink(sinkPlan, { output, env, terminal: process.stdout });
    const spinner = startSpinner(output, 'connecting');
    try {
      return await subscribe({
        ...opened,
        plan,
        subjects,
        queue,
        goal,
        reconnectMs,
        async onSubscribed(url) {
          spinner.stop();
          const group = queue === undefined ? '' : `, queue ${queue}`;
          opened.output.notice(`subscribed to ${subjects.join(', ')} at ${url}${group}`);
          await readyFile?.write({ pid: process.pid, subjects, queue, url, context: plan.context });
        },
      });
    } finally {
      spinner.stop();
      await readyFile?.remove();
    }
  },
});

/** @throws CliError `usage` */
function requireSubjects(names: readonly string[]): readonly string[] {
  requireOperands(names.slice(0, 1), ['SUBJECT']);
  return names.map((name) => requireSubject(name, { wildcards: true }));
}

/** @throws CliError `usage` */
function readGoal(flags: FlagValues<typeof subFlags>): Goal {
  const expectation = parseExpectation(flags);
  const forText = flags.for ?? (expectation === undefined ? undefined : EXPECT_FOR);
  return {
    count:
      flags.count === undefined
        ? undefined
        : parseWholeNumber(flags.count, '--count', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    expectation,
    forMs: forText === undefined ? undefined : parseDuration(forText, '--for'),
    idleMs: flags.idle === undefined ? undefined : parseDuration(flags.idle, '--idle'),
  };
}
