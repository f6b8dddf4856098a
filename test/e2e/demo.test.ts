import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { membersOfGroup } from '../support/processes.js';
import { startProgram } from '../support/program.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { watchWaiting } from '../support/waiting.js';

const demo = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));
const GREETED = ['Anna', 'Ben', 'Chloé', 'Đorđe', 'Emeka', 'Fumiko', 'Gabriela', 'Hans', 'Ines'];

/** Surroundings that would send natsctl elsewhere, or have it refuse. */
function createSurroundings(): Record<string, string> {
  const config = createTempDir('config');
  mkdirSync(join(config, 'nats', 'context'), { recursive: true });
  writeFileSync(join(config, 'nats', 'context', 'broken.json'), '{');
  writeFileSync(join(config, 'nats', 'context.txt'), 'broken');
  return {
    XDG_CONFIG_HOME: config,
    TMPDIR: createTempDir('tmp'),
    NODE_ENV: 'production',
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    NATSCTL_EMBEDDED: '0',
    NATS_URL: 'nats://192.0.2.1',
    NATS_CREDS: '/missing',
    FORCE_COLOR: '1',
  };
}

describe('the demo', () => {
  it('shows each step in order and without colours in a pipe, within 15 s, and leaves nothing', async () => {
    const env = createSurroundings();
    await using program = startProgram(process.execPath, [demo], { env });
    const endWatch = watchWaiting(() => membersOfGroup(program.pid));
    const { code, stdout, stderr, durationMs } = await program.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(durationMs).toBeLessThan(15_000 + endWatch());
    expect(stdout).toMatch(/^[\P{C}\n]*$/u);

    const steps = [
      /^ {2}listening at nats:\/\/127\.0\.0\.1:\d+$/m,
      /^ {2}3 workers serve greeter\.greet$/m,
      ...GREETED.slice(0, 6).map((name) => new RegExp(`^  Hello, ${name}! {2}worker [123]$`, 'm')),
      /^\$ kill -9 \d+ {2}# worker [123]$/m,
      ...GREETED.slice(6).map((name) => new RegExp(`^  Hello, ${name}! {2}worker [123]$`, 'm')),
      /^ {2}worker [123] was replaced$/m,
      /^ {2}both ended with exit code 0$/m,
    ];
    const places = steps.map((step) => stdout.search(step));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((one, other) => one - other));

    expect(membersOfGroup(program.pid)).toEqual([]);
    expect(readdirSync(env['TMPDIR'] as string).filter((name) => name.startsWith('natsctl-demo'))).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('clears up where %s ends it', async (signal, code) => {
    const env = createSurroundings();
    await using program = startProgram(process.execPath, [demo], { env });
    await program.waitForLine('stdout', /Hello, Anna!/);
    expect((await program.stop(signal)).code).toBe(code);
    await expect.poll(() => membersOfGroup(program.pid)).toEqual([]);
    expect(readdirSync(env['TMPDIR'] as string).filter((name) => name.startsWith('natsctl-demo'))).toEqual([]);
  });

  it.skipIf(!hasTerminal)('is coloured in a terminal', async () => {
    await using program = startInTerminal(process.execPath, [demo], { env: { TERM: 'xterm' } });
    expect((await program.exited).code).toBe(0);
    expect(program.stdout.text()).toContain('\u001b[32mHello, Anna!\u001b[39m');
  });
});
