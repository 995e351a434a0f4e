/** Numbers in [0, 1) that are the same for the same seed: a linear congruential generator with Knuth's MMIX constants. */
export function createSeededRandom(seed: number): () => number {
  let state = BigInt.asUintN(64, BigInt(Math.trunc(seed)) * 0x9e3779b97f4a7c15n + 1n);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    // The low bits of such a generator repeat soon; the upper 53 fill a double's mantissa.
    return Number(state >> 11n) / 2 ** 53;
  };
}
