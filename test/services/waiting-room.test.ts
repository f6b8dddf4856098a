import { describe, expect, it, vi } from 'vitest';
import { WaitingRoom } from '../../src/services/waiting-room.js';

function roomOf(maxQueued: number, overload: 'reject' | 'queue') {
  const inlet = { pauseReading: vi.fn(), resumeReading: vi.fn() };
  return { inlet, room: new WaitingRoom({ maxQueued, overload }, inlet) };
}

describe('a waiting room that turns away', () => {
  it('lets so many wait, and the next one where one has gone', () => {
    const { room, inlet } = roomOf(2, 'reject');
    expect([room.enter(), room.enter(), room.enter()]).toEqual([true, true, false]);
    room.leave();
    expect([room.enter(), room.enter()]).toEqual([true, false]);
    expect(inlet.pauseReading).not.toHaveBeenCalled();
  });

  it('of 0 lets nobody wait', () => {
    expect(roomOf(0, 'reject').room.enter()).toBe(false);
  });
});

describe('a waiting room that stops the reading', () => {
  it('lets all wait that have come, and has no more read while it is full', () => {
    const { room, inlet } = roomOf(2, 'queue');
    room.enter();
    expect(inlet.pauseReading).not.toHaveBeenCalled();
    expect([room.enter(), room.enter()]).toEqual([true, true]);
    expect(inlet.pauseReading).toHaveBeenCalled();
    room.leave();
    expect(inlet.resumeReading).not.toHaveBeenCalled();
    room.leave();
    expect(inlet.resumeReading).toHaveBeenCalledOnce();
  });

  it('of 0 stops the reading as soon as one waits, and goes on when none does', () => {
    const { room, inlet } = roomOf(0, 'queue');
    room.enter();
    expect(inlet.pauseReading).toHaveBeenCalledOnce();
    room.leave();
    expect(inlet.resumeReading).toHaveBeenCalledOnce();
  });

  it('stops nothing any more once all is to be read', () => {
    const { room, inlet } = roomOf(1, 'queue');
    room.enter();
    room.readToTheEnd();
    expect(inlet.resumeReading).toHaveBeenCalledOnce();
    room.enter();
    expect(inlet.pauseReading).toHaveBeenCalledOnce();
  });
});
