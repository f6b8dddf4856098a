/**
 * A process that puts load on a NATS server, told by its parent what to do: with nats.js as client, or with a plain
 * socket, which costs so little that the server is what is measured.
 *
 * @typedef {object} Assignment
 * @property {'nats' | 'socket'} client
 * @property {'publish' | 'subscribe' | 'request' | 'ask' | 'respond'} task `ask` is a request without nats.js's own
 * @property {number} port on 127.0.0.1
 * @property {string} [subject]
 * @property {number} [messages] how many to send
 * @property {number} [size] of a message's body, in bytes
 * @property {number} [replySize] of a reply's body; by default that of the request
 * @property {number} [inFlight] requests that wait for their replies at a time
 *
 * @typedef {object} Outcome
 * @property {number} count messages that arrived; of a publisher those that the server has read
 * @property {number} startedMs on the clock that all processes share
 * @property {number} endedMs when the last message came, or the server had read all
 *
 * @typedef {(assignment: Required<Assignment>) => Promise<Outcome>} Run
 * @typedef {(assignment: Required<Assignment>) => Promise<() => Promise<Outcome>>} Listen
 */
import { once } from 'node:events';
import * as natsClient from './nats-client.mjs';
import * as socketClient from './socket-client.mjs';

const clients = { nats: natsClient, socket: socketClient };

process.on('message', async (/** @type {Assignment | 'finish'} */ assignment) => {
  if (assignment === 'finish') return;
  try {
    const { task } = assignment;
    const size = assignment.size ?? 128;
    const whole = { subject: 'perf.subject', messages: 0, size, replySize: size, inFlight: 1, ...assignment };
    const client = clients[assignment.client];
    if (task === 'ask') process.send?.(await natsClient.ask(whole));
    else if (task === 'publish' || task === 'request') process.send?.(await client[task](whole));
    else {
      const finish = await client[task](whole);
      const told = once(process, 'message');
      process.send?.('listening');
      await told;
      process.send?.(await finish());
    }
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.once('disconnect', () => process.exit());
