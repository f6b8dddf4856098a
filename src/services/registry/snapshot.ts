import type { HeldRegistration } from './directory.js';
import { checkRegistration } from './registration.js';

/** What one worker knows, for another: `[{"registration":{…},"left_ms":20000}]`. */
export function writeSnapshot(held: readonly HeldRegistration[]): string {
  return JSON.stringify(held.map(({ registration, leftMs }) => ({ registration, left_ms: leftMs })));
}

/** @throws where it is none */
export function readSnapshot(data: Uint8Array): readonly HeldRegistration[] {
  const held = JSON.parse(Buffer.from(data).toString()) as readonly { registration: unknown; left_ms: number }[];
  return held.map(({ registration, left_ms }) => {
    if (!(left_ms >= 0)) throw new TypeError('left_ms is no duration');
    return { registration: checkRegistration(registration), leftMs: left_ms };
  });
}
