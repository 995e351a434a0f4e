import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Turns a presented key into what is stored of it. A stolen hash is worth nothing without the pepper, and is no key itself. */
export class KeyHasher {
  private readonly pepper: KeyObject;

  constructor(pepper: string) {
    this.pepper = createSecretKey(pepper, 'utf8');
  }

  hash(key: string): Buffer {
    return createHmac('sha256', this.pepper).update(key).digest();
  }
}
