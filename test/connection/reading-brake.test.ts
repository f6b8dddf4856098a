import type { Socket } from 'node:net';
import type { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReadingBrake } from '../../src/connection/reading-brake.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const socketOf = () => ({ pause: vi.fn(), resume: vi.fn() });
const protocolOf = (connected = true) => ({
  connected,
  transport: { send: vi.fn() },
  flush: vi.fn(async () => undefined),
  heartbeats: { start: vi.fn(), cancel: vi.fn() },
});

function setUp() {
  const brake = new ReadingBrake();
  const [socket, protocol] = [socketOf(), protocolOf()];
  const hold = (one: object, other: object = protocol): void =>
    brake.hold(one as unknown as Socket, other as unknown as ProtocolHandler);
  hold(socket);
  return { brake, socket, protocol, hold };
}

it('pauses and resumes the socket, once each', () => {
  const { brake, socket } = setUp();
  for (let time = 0; time < 2; time++) {
    brake.pause();
    brake.pause();
    expect(brake.isPaused).toBe(true);
    brake.resume();
    brake.resume();
    expect(brake.isPaused).toBe(false);
  }
  expect(socket.pause).toHaveBeenCalledTimes(2);
  expect(socket.resume).toHaveBeenCalledTimes(2);
});

it('holds the next socket as well, where a reconnect comes while it is paused', () => {
  const { brake, hold } = setUp();
  brake.pause();
  const next = socketOf();
  hold(next);
  expect(next.pause).toHaveBeenCalledOnce();
  brake.resume();
  expect(next.resume).toHaveBeenCalledOnce();
  const third = socketOf();
  hold(third);
  expect(third.pause).not.toHaveBeenCalled();
});

it('may pause before there is a socket', () => {
  const brake = new ReadingBrake();
  const socket = socketOf();
  brake.pause();
  brake.hold(socket as unknown as Socket, protocolOf() as unknown as ProtocolHandler);
  expect(socket.pause).toHaveBeenCalledOnce();
  brake.release();
});

it('writes to a paused socket once a second, so that its end shows, in place of the client’s own pings, and answers the server’s', () => {
  const { brake, protocol } = setUp();
  brake.pause();
  vi.advanceTimersByTime(3_000);
  expect(protocol.flush).toHaveBeenCalledTimes(3);
  expect(protocol.transport.send.mock.calls.map(String)).toEqual(Array(3).fill('PONG\r\n'));
  expect(protocol.heartbeats.cancel).toHaveBeenCalledTimes(3);
  expect(protocol.heartbeats.start).not.toHaveBeenCalled();
  brake.resume();
  vi.advanceTimersByTime(1_000);
  expect(protocol.heartbeats.start).toHaveBeenCalledOnce();
  expect(protocol.flush).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

it('writes to no socket without a server', () => {
  const { brake, hold } = setUp();
  const away = protocolOf(false);
  hold(socketOf(), away);
  brake.pause();
  vi.advanceTimersByTime(5_000);
  expect(away.flush).not.toHaveBeenCalled();
  brake.release();
});

it('explains an end of the connection during a pause and for 2 s after it', () => {
  const { brake } = setUp();
  expect(brake.explainsAnEnd).toBe(false);
  brake.pause();
  vi.advanceTimersByTime(60_000);
  expect(brake.explainsAnEnd).toBe(true);
  brake.resume();
  vi.advanceTimersByTime(1_999);
  expect(brake.explainsAnEnd).toBe(true);
  vi.advanceTimersByTime(1);
  expect(brake.explainsAnEnd).toBe(false);
});

it('leaves no timer at the end', () => {
  const { brake } = setUp();
  brake.pause();
  brake.release();
  expect(vi.getTimerCount()).toBe(0);
});
