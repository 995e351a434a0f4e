import { hash } from 'node:crypto';

/** Memory is bounded by it: some 120 MB are taken for so many. */
const MOST_TEXTS = 4 << 20;
const INITIAL_TEXTS = 1 << 12;
/** Four words of the digest, and the request. */
const WORDS = 5;
const SLOTS_PER_TEXT = 2;

/**
 * Tells which request of a job had a text first, without holding the texts: 128 bits of a SHA-256 of each stand one after
 * the other, and a table with open addressing says where. A false hit would give a line another one's vector and tell nobody;
 * with so many bits there is none. Texts beyond the first four million are not remembered.
 */
export class FirstRequests {
  private texts = new Uint32Array(INITIAL_TEXTS * WORDS);
  /** Number of a text, from 1; 0 where a slot is free. */
  private slots = new Uint32Array(INITIAL_TEXTS * SLOTS_PER_TEXT);
  private count = 0;

  constructor(private readonly mostTexts = MOST_TEXTS) {}

  /** The request that had this text before; `undefined` where none is known. */
  firstOf(text: Buffer, request: number): number | undefined {
    // As a string it takes a quarter of the time that it takes as a buffer of its own.
    const digest = hash('sha256', text, 'latin1');
    const words: Words = [wordAt(digest, 0), wordAt(digest, 4), wordAt(digest, 8), wordAt(digest, 12)];
    const known = this.slots[this.findSlot(words)] ?? 0;
    if (known > 0) return this.texts[known * WORDS - 1];
    if (this.count < this.mostTexts) this.add(words, request);
    return undefined;
  }

  private add(words: Words, request: number): void {
    if (this.count * WORDS === this.texts.length) this.grow();
    const at = this.count * WORDS;
    for (let word = 0; word < words.length; word++) this.texts[at + word] = words[word] ?? 0;
    this.texts[at + words.length] = request;
    this.slots[this.findSlot(words)] = ++this.count;
  }

  /** Where a text stands, or would. */
  private findSlot(words: Words): number {
    const mask = this.slots.length - 1;
    let slot = words[0] & mask;
    for (let known = this.slots[slot] ?? 0; known > 0; known = this.slots[slot] ?? 0) {
      if (this.isAt(known, words)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private isAt(known: number, words: Words): boolean {
    const at = (known - 1) * WORDS;
    const { texts } = this;
    return (
      texts[at] === words[0] && texts[at + 1] === words[1] && texts[at + 2] === words[2] && texts[at + 3] === words[3]
    );
  }

  private grow(): void {
    const texts = new Uint32Array(this.texts.length * 2);
    texts.set(this.texts);
    this.texts = texts;
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let known = 1; known <= this.count; known++) {
      let slot = (texts[(known - 1) * WORDS] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = known;
    }
    this.slots = slots;
  }
}

type Words = readonly [number, number, number, number];

function wordAt(digest: string, at: number): number {
  const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8);
  const high = digest.charCodeAt(at + 2) | (digest.charCodeAt(at + 3) << 8);
  return (low | (high << 16)) >>> 0;
}
