import { hash } from 'node:crypto';

const INITIAL_SLOTS = 1 << 12;
const MAX_LOAD = 0.6;

/**
 * Tells repeated ids apart without holding the ids: 64 bits of SHA-256 each in an open-addressing table, about 16 to 27
 * bytes an id. Among a million ids a false hit has a chance of 3 in 10^8.
 */
export class CustomIdSet {
  private slots = new BigUint64Array(INITIAL_SLOTS);
  private count = 0;

  /** False when the id was there already. */
  add(customId: string): boolean {
    if (this.count >= this.slots.length * MAX_LOAD) this.grow();
    const digest = digestOf(customId);
    const slot = findSlot(this.slots, digest);
    if (this.slots[slot] === digest) return false;
    this.slots[slot] = digest;
    this.count++;
    return true;
  }

  private grow(): void {
    const grown = new BigUint64Array(this.slots.length * 2);
    for (const digest of this.slots) if (digest !== 0n) grown[findSlot(grown, digest)] = digest;
    this.slots = grown;
  }
}

/** Over UTF-16, since UTF-8 has one spelling for all half surrogate pairs. Zero marks a free slot and is no digest. */
function digestOf(customId: string): bigint {
  const digest = hash('sha256', Buffer.from(customId, 'utf16le'), 'buffer').readBigUInt64LE();
  return digest === 0n ? 1n : digest;
}

function findSlot(slots: BigUint64Array, digest: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(digest & BigInt(mask));
  while (slots[slot] !== 0n && slots[slot] !== digest) slot = (slot + 1) & mask;
  return slot;
}
