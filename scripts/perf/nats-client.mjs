import { connect, createInbox } from 'nats';

const LETTER_X = 0x78;
/** After so many messages the publisher lets the client send them, */
const BATCH = 1_000;
/** and it waits once so many batches are not confirmed: else all would gather in the client's memory. */
const MOST_BATCHES = 8;

/** @type {import('./load.mjs').Run} */
export async function publish({ port, subject, messages, size }) {
  const body = new Uint8Array(size).fill(LETTER_X);
  const connection = await connect({ port });
  const startedMs = now();
  /** @type {Promise<void>[]} */
  const batches = [];
  for (let sent = 1; sent <= messages; sent++) {
    connection.publish(subject, body);
    if (sent % BATCH === 0) {
      batches.push(connection.flush());
      if (batches.length >= MOST_BATCHES) await batches.shift();
    }
  }
  await connection.flush();
  const endedMs = now();
  await connection.close();
  return { count: messages, startedMs, endedMs };
}

/** @type {import('./load.mjs').Listen} */
export async function subscribe({ port, subject, messages }) {
  const connection = await connect({ port });
  let count = 0;
  let endedMs = 0;
  const callback = () => {
    count += 1;
    if (count === messages) endedMs = now();
  };
  connection.subscribe(subject, { callback });
  await connection.flush();
  return async () => {
    await connection.flush();
    await connection.close();
    return { count, startedMs: 0, endedMs };
  };
}

/** @type {import('./load.mjs').Listen} */
export async function respond({ port, subject }) {
  const connection = await connect({ port });
  let count = 0;
  connection.subscribe(subject, {
    callback(_error, message) {
      count += 1;
      message.respond(message.data);
    },
  });
  await connection.flush();
  return async () => {
    await connection.flush();
    await connection.close();
    return { count, startedMs: 0, endedMs: now() };
  };
}

/** @type {import('./load.mjs').Run} */
export async function request({ port, subject, messages, size, replySize, inFlight }) {
  const body = new Uint8Array(size).fill(LETTER_X);
  const connection = await connect({ port });
  let sent = 0;
  let count = 0;
  const one = async () => {
    while (sent < messages) {
      sent += 1;
      const { data } = await connection.request(subject, body, { timeout: 20_000 });
      if (data.length === replySize) count += 1;
    }
  };
  const startedMs = now();
  await Promise.all(Array.from({ length: inFlight }, one));
  const endedMs = now();
  await connection.close();
  return { count, startedMs, endedMs };
}

/**
 * Requests by a publish with a reply subject and one subscription to all of these: what a client does that leaves
 * nats.js's `request` out, and measures nothing.
 *
 * @type {import('./load.mjs').Run}
 */
export async function ask({ port, subject, messages, size, inFlight }) {
  const body = new Uint8Array(size).fill(LETTER_X);
  const connection = await connect({ port, noAsyncTraces: true });
  const inbox = `${createInbox()}.`;
  let sent = 0;
  let count = 0;
  const one = () => {
    connection.publish(subject, body, { reply: inbox + sent.toString(36) });
    sent += 1;
  };
  const answered = new Promise((resolve) => {
    const callback = () => {
      count += 1;
      if (sent < messages) one();
      else if (count === messages) resolve(undefined);
    };
    connection.subscribe(`${inbox}*`, { callback });
  });
  await connection.flush();
  const startedMs = now();
  while (sent < Math.min(inFlight, messages)) one();
  await answered;
  const endedMs = now();
  await connection.close();
  return { count, startedMs, endedMs };
}

/** Milliseconds on a clock that the processes of a machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
