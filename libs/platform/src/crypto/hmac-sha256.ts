import { hash } from 'node:crypto';

/** Of SHA-256, in bytes. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Room for what is usually authenticated: a key of ours, the string that SigV4 signs. */
const USUAL_BYTES = 512;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA-256 (RFC 2104) under a key that is used again and again, out of Node's one-shot hash. `createHmac` builds a
 * native object for each use, which costs more than twice as much, and the garbage collector has to find it.
 */
export class HmacSha256 {
  private readonly inner = Buffer.alloc(BLOCK_BYTES + USUAL_BYTES);
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(key: Uint8Array) {
    const block = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
    this.inner.fill(INNER_PAD, 0, BLOCK_BYTES);
    this.outer.fill(OUTER_PAD, 0, BLOCK_BYTES);
    for (const [index, byte] of block.entries()) {
      this.inner[index] = INNER_PAD ^ byte;
      this.outer[index] = OUTER_PAD ^ byte;
    }
  }

  /** 64 hexadecimal digits. */
  hex(text: string): string {
    return hash('sha256', this.outerBlock(text), 'hex');
  }

  digest(text: string): Buffer {
    return Buffer.from(hash('sha256', this.outerBlock(text), 'latin1'), 'latin1');
  }

  private outerBlock(text: string): Buffer {
    const { outer } = this;
    // Latin-1 carries each byte as one character, which is cheaper than a buffer of its own.
    outer.write(hash('sha256', this.innerBlock(text), 'latin1'), BLOCK_BYTES, 'latin1');
    return outer;
  }

  private innerBlock(text: string): Buffer {
    // Three bytes are the most that UTF-8 takes for one unit of a string.
    if (text.length * 3 > USUAL_BYTES) return Buffer.concat([this.inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
    return this.inner.subarray(0, BLOCK_BYTES + this.inner.write(text, BLOCK_BYTES, 'utf8'));
  }
}
