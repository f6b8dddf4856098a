import { seededRandom } from '../../../src/bench/load/random.js';

/** Noise of the kinds that machines make, from a seed. */
export function noises(seed: number) {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return {
    normal,
    random,
    /** As of a quiet machine: `deviation` from run to run. */
    quiet: (deviation: number) => () => deviation * normal(),
    /** Now and then a neighbour takes up to a fifth of the machine. */
    disturbed: (deviation: number) => () => deviation * normal() - (random() < 0.15 ? 0.2 * random() : 0),
    /** With long tails to one side. */
    skewed: (deviation: number) => () => deviation * (Math.exp(0.8 * normal()) - 1),
  };
}
