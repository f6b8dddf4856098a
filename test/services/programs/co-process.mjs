/**
 * A co-process for tests: the first word of a request's body is what it does, the rest what it does it with.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ readonly id: number, readonly data?: string, readonly data_base64?: string }} Request */

/** @param {unknown} answer */
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
/** Answers that are held back. @type {(() => void)[]} */
const held = [];

/** @type {Record<string, (request: Request, rest: string) => unknown>} */
const commands = {
  whole: (request) => say({ id: request.id, json: request }),
  upper: ({ id }, rest) => say({ id, data: rest.toUpperCase() }),
  answer: ({ id }, rest) => say({ id, ...JSON.parse(rest) }),
  raw: ({ id }, rest) => process.stdout.write(`${rest.replaceAll('ID', String(id))}\n`),
  hold: ({ id }, rest) => held.push(() => say({ id, data: rest })),
  release({ id }) {
    // The last one first.
    for (const answer of held.reverse()) answer();
    say({ id, data: 'released' });
  },
  async slow({ id }, rest) {
    await delay(Number(rest));
    say({ id, data: 'late' });
  },
  log({ id }, rest) {
    process.stderr.write(`${rest}\n`);
    say({ id });
  },
  exit: (_, rest) => process.exit(Number(rest)),
  silent: () => undefined,
  block() {
    for (;;);
  },
  async stream({ id }, rest) {
    for (let number = 0; number < Number(rest); number++) say({ id, data: String(number), more: true });
    say({ id });
  },
  begin: ({ id }, rest) => say({ id, data: rest, more: true }),
  long: ({ id }, rest) => process.stdout.write(`{"id":${id},"data":"${'x'.repeat(Number(rest))}"}\n`),
  longStray: ({ id }, rest) => process.stdout.write(`${'x'.repeat(Number(rest))}\n{"id":${id}}\n`),
  pid: ({ id }) => say({ id, data: String(process.pid) }),
};

if (process.argv.includes('--stay')) setInterval(() => undefined, 60_000);
if (process.argv.includes('--ignore-term')) process.on('SIGTERM', () => undefined);
for await (const line of createInterface({ input: process.stdin })) {
  /** @type {Request} */
  const request = JSON.parse(line);
  const [, command = '', rest = ''] = /^(\w+) ?(.*)$/s.exec(request.data ?? 'whole') ?? [];
  void commands[command]?.(request, rest);
}
