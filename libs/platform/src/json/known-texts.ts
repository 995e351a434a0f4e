const SLOTS = 128;
/** Names of members are short. */
const MAX_LENGTH = 32;

/**
 * Texts that were read before and are likely to come again, as the names of members do with every line of a file: comparing
 * bytes costs a fraction of what making a string of them does. A text that shares its slot with another one takes its place.
 */
export class KnownTexts {
  private readonly texts = Array.from({ length: SLOTS }, () => '');
  /** The bytes of each text, one slot behind the other. */
  private readonly spellings = new Uint8Array(SLOTS * MAX_LENGTH);

  /** The text of these bytes, which are UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > MAX_LENGTH) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes[start] ?? 0, bytes[end - 1] ?? 0, length);
    const known = this.texts[slot] ?? '';
    if (known.length === length && this.isSpelled(slot, bytes, start, length)) return known;
    const text = bytes.toString('utf8', start, end);
    // Only ASCII has as many characters as bytes; the length of any other text would say nothing.
    if (text.length !== length) return text;
    this.texts[slot] = text;
    this.spellings.set(bytes.subarray(start, end), slot * MAX_LENGTH);
    return text;
  }

  private isSpelled(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const { spellings } = this;
    const first = slot * MAX_LENGTH;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== spellings[first + at]) return false;
    return true;
  }
}

function slotOf(first: number, last: number, length: number): number {
  return (first * 31 + last * 7 + length) % SLOTS;
}
