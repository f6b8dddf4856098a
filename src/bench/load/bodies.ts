import type { BodyPlan } from './load-plan.js';
import { seededRandom } from './random.js';

/** Sizes that are spread come from so many bodies, in turn. */
const SPREAD_BODIES = 256;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';

/** The bodies that a plan asks for, to be used in turn; the same for the same seed. */
export function makeBodies(plan: BodyPlan, seed: number): readonly Uint8Array[] {
  if (plan.kind === 'given') return plan.bodies;
  const random = seededRandom(seed);
  const { leastBytes, mostBytes } = plan;
  const count = leastBytes === mostBytes ? 1 : Math.min(SPREAD_BODIES, Math.max(2, mostBytes - leastBytes + 1));
  const text = randomText(mostBytes, random);
  const sizes = Array.from({ length: count }, (_, i) =>
    count === 1 ? leastBytes : Math.round(leastBytes + ((mostBytes - leastBytes) * i) / (count - 1)),
  );
  return shuffle(sizes, random).map((size) => text.subarray(0, size));
}

function randomText(bytes: number, random: () => number): Uint8Array {
  const text = Buffer.allocUnsafeSlow(bytes);
  for (let i = 0; i < bytes; i++) text[i] = LETTERS.charCodeAt(Math.floor(random() * LETTERS.length));
  return text;
}

/** After Fisher and Yates. */
function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [items[i], items[other]] = [items[other] as T, items[i] as T];
  }
  return items;
}
