const INITIAL_BYTES = 1 << 12;
const BITS = 8;

/** Numbers of lines, a bit each: a million of them take 125 kB. */
export class LineSet {
  private bits = new Uint8Array(INITIAL_BYTES);

  add(line: number): void {
    const at = Math.floor(line / BITS);
    if (at >= this.bits.length) this.grow(at + 1);
    this.bits[at] = (this.bits[at] ?? 0) | (1 << (line % BITS));
  }

  has(line: number): boolean {
    return ((this.bits[Math.floor(line / BITS)] ?? 0) & (1 << (line % BITS))) !== 0;
  }

  private grow(minBytes: number): void {
    const grown = new Uint8Array(Math.max(minBytes, this.bits.length * 2));
    grown.set(this.bits);
    this.bits = grown;
  }
}
