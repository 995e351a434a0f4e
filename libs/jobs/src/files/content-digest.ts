import { createHash } from 'node:crypto';

/** The SHA-256 of bytes that pass by on their way elsewhere. */
export class ContentDigest {
  private readonly hash = createHash('sha256');

  async *follow(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      this.hash.update(piece);
      yield piece;
    }
  }

  /** Once all has passed. */
  value(): string {
    return this.hash.digest('base64url');
  }
}
