/**
 * The embedded server in a process of its own, so that its memory and its work are not mixed with those of a load.
 * The module is what runs in that process, too.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { importSources } from './import-source.mjs';
import { heldBytes } from './memory.mjs';

/** @typedef {import('../../src/server/index.js').ServerOptions} ServerOptions */
/** @typedef {{ readonly held: number, readonly resident: number, readonly clients: number }} Usage bytes, garbage collected */

const here = fileURLToPath(import.meta.url);

/**
 * @param {Pick<ServerOptions, 'maxPending' | 'maxPayload'>} [options]
 */
export async function startServerProcess(options = {}) {
  const child = fork(here, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const ask = async () => {
    const [answer] = await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('the server has gone'))),
    ]);
    return answer;
  };
  const { port } = /** @type {{ port: number }} */ (await ask());
  return {
    port,
    /** @returns {Promise<Usage>} */
    usage() {
      child.send('usage');
      return ask();
    },
    async stop() {
      child.disconnect();
      await exited;
      process.off('exit', kill);
    },
  };
}

if (process.argv[1] === here && process.send !== undefined) {
  const { startServer } = /** @type {typeof import('../../src/server/index.js')} */ (
    await importSources('../../src/server/index.ts')
  );
  const server = await startServer({
    ...JSON.parse(process.argv[2] ?? '{}'),
    port: 0,
    log: (_level, message) => console.error(message),
  });
  process.on('message', () => {
    const held = heldBytes();
    process.send?.({ held, resident: process.memoryUsage.rss(), clients: server.clients().length });
  });
  process.once('disconnect', async () => {
    await server.stop();
    process.exit(0);
  });
  process.send({ port: server.port });
}
