import type { FilePatch } from './text-patch.js';

const coreNatsOnly: FilePatch = {
  file: 'nats/lib/nats-base-client/nats.js',
  why: 'JetStream and the micro-service add-on are half of the client, and natsctl uses neither',
  patches: [
    { find: 'require("../jetstream/jsm")', replace: leftOut('JetStreamManagerImpl') },
    { find: 'require("../jetstream/jsclient")', replace: leftOut('JetStreamClientImpl') },
    { find: 'require("./service")', replace: leftOut('ServiceImpl') },
    { find: 'require("./serviceclient")', replace: leftOut('ServiceClientImpl') },
  ],
};

const keysApart: FilePatch = {
  file: 'nats/lib/nats-base-client/authenticator.js',
  why: 'natsctl signs with keys that it imports where a key is used, in a chunk of their own',
  patches: [{ find: 'require("./nkeys")', replace: leftOut('nkeys') }],
};

const lightRandomness: FilePatch = {
  file: 'nats/lib/nats-base-client/nuid.js',
  why: 'Web Crypto takes 3 to 5 ms to load; the kernel has the 12 random bytes as well',
  patches: [
    {
      find: 'function fillRandom(a) {\n',
      replace: `function fillRandom(a) {
    if (process.platform !== "win32") {
        const { closeSync, openSync, readSync } = require("node:fs");
        try {
            const fd = openSync("/dev/urandom");
            try {
                if (readSync(fd, a) === a.length) return;
            } finally {
                closeSync(fd);
            }
        } catch {
            // Where there is no such device, Web Crypto serves.
        }
    }
`,
    },
  ],
};

const limitsKept: FilePatch = {
  file: 'nats/lib/nats-base-client/protocol.js',
  why: 'at a reconnect a subscription forgets its limit, and what the server sends beyond it is lost to the queue group',
  patches: [
    {
      find: '        if (cmds.length) {\n',
      replace: `        for (const sub of this.subscriptions.all()) {
            if (sub.max > sub.received) cmds.push("UNSUB " + sub.sid + " " + (sub.max - sub.received) + "\\r\\n");
        }
        if (cmds.length) {
`,
    },
  ],
};

/** What is left out of the client, what it gets in another way, and what is mended. */
export const NATS_PATCHES: readonly FilePatch[] = [coreNatsOnly, keysApart, lightRandomness, limitsKept];

/** An object that stands for a module left out of the bundle; whoever uses what it exports is told. */
function leftOut(name: string): string {
  const message = `${name} is not in natsctl: its build leaves this part of nats.js out`;
  return `{ get ${name}() { throw new Error(${JSON.stringify(message)}); } }`;
}
