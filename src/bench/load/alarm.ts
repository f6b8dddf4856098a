import { nowNs } from './clock.js';

/** A timer of Node rings up to a millisecond late, and one more where the loop is at work. */
const TIMER_SLACK_NS = 1.5e6;

/** Rings once at a time on the clock of {@link nowNs}, closer to it than a timer of Node does. */
export interface Alarm {
  /** In place of the time that it was set to before. */
  set(atNs: number): void;
  cancel(): void;
}

/** An alarm that a timer brings near, and turns of the event loop to the point. */
export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let atNs = 0;
  const look = (): void => {
    timer = undefined;
    turn = undefined;
    const leftNs = atNs - nowNs();
    if (leftNs <= 0) ring();
    else if (leftNs > TIMER_SLACK_NS) timer = setTimeout(look, Math.floor((leftNs - TIMER_SLACK_NS) / 1e6));
    else turn = setImmediate(look);
  };
  const cancel = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
    timer = undefined;
    turn = undefined;
  };
  return {
    set(ns) {
      cancel();
      atNs = ns;
      // Never from within: whoever sets it to a time that is past is rung in the next turn.
      if (atNs <= nowNs()) turn = setImmediate(look);
      else look();
    },
    cancel,
  };
}
