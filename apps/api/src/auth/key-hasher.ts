import { HmacSha256 } from '#platform';

/** Turns a presented key into what is stored of it. A stolen hash is worth nothing without the pepper, and is no key itself. */
export class KeyHasher {
  private readonly hmac: HmacSha256;

  constructor(pepper: string) {
    this.hmac = new HmacSha256(Buffer.from(pepper));
  }

  hash(key: string): Buffer {
    return this.hmac.digest(key);
  }
}
