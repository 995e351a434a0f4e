import { createSeededRandom } from '../../faults/create-seeded-random.js';
import type { Jitter } from './gpu-model.port.js';

/** Keeps a draw from the far end of the bell from turning time around. */
const MIN_FACTOR = 0.1;

/** Durations that scatter around the given one by a normal distribution, the same ones for the same seed. */
export function createJitter(relativeDeviation: number, seed: number): Jitter {
  const random = createSeededRandom(seed);
  return (durationMs) => durationMs * Math.max(MIN_FACTOR, 1 + relativeDeviation * drawNormal(random));
}

/** By Box and Muller. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
