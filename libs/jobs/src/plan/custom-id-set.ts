import { getRandomValues } from 'node:crypto';
import { hashText, type HashSeeds } from './hash-text.js';

const INITIAL_SLOTS = 1 << 12;
const MAX_LOAD = 0.6;

/**
 * Tells repeated ids apart without holding the ids: a hash of 64 bits each in an open-addressing table, about 16 to 27
 * bytes an id. Among a million ids a false hit has a chance of 3 in 10^8, and as the hash is seeded anew for each set,
 * another try does not meet it again.
 */
export class CustomIdSet {
  private readonly seeds: HashSeeds;
  /** Two words a slot; a free one holds zeros. */
  private slots = new Int32Array(INITIAL_SLOTS * 2);
  private count = 0;

  constructor(seeds: HashSeeds = drawSeeds()) {
    this.seeds = seeds;
  }

  /** False when the id was there already. */
  add(customId: string): boolean {
    if (this.count * 2 >= this.slots.length * MAX_LOAD) this.grow();
    const [first, second] = hashText(customId, this.seeds);
    const low = first === 0 && second === 0 ? 1 : first;
    if (!insert(this.slots, low, second)) return false;
    this.count++;
    return true;
  }

  private grow(): void {
    const grown = new Int32Array(this.slots.length * 2);
    for (let at = 0; at < this.slots.length; at += 2) {
      const [low = 0, high = 0] = [this.slots[at], this.slots[at + 1]];
      if (low !== 0 || high !== 0) insert(grown, low, high);
    }
    this.slots = grown;
  }
}

function drawSeeds(): HashSeeds {
  const [first = 0, second = 0] = getRandomValues(new Int32Array(2));
  return { first, second };
}

/** False when the pair stands there already. */
function insert(slots: Int32Array, low: number, high: number): boolean {
  const mask = slots.length - 2;
  for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
    if (slots[at] === low && slots[at + 1] === high) return false;
    if (slots[at] === 0 && slots[at + 1] === 0) {
      slots[at] = low;
      slots[at + 1] = high;
      return true;
    }
  }
}
