import { hash, randomBytes } from 'node:crypto';
import { objectKeys } from '#contracts';
import { GatewayError } from '#platform';
import type { RecordStore } from '#storage';
import type { CreateSubject } from './creates.types.js';

/** What is written down about a key. */
export interface KeyNote {
  readonly digest: string;
  /** Id of what the first request creates. */
  readonly id: string;
  readonly createdAtMs: number;
  /** Since when the request that works at it does so. */
  readonly takenAtMs: number;
  /** Which request that is. */
  readonly holder: string;
  /** Whether it has ended without having created anything, so that the key is free. */
  readonly released: boolean;
}

/** What the draft leaves to servers: a key is remembered for a day. */
const KEY_LIFE_MS = 86_400_000;

/** Thrown where another request has taken a key before. Never leaves this library. */
export class KeyTaken extends Error {
  constructor(readonly standing: KeyNote) {
    super('the key stands for another request');
  }
}

/** Who has which `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a record for each, the first write wins. */
export class CreateKeys {
  constructor(
    private readonly records: RecordStore,
    private readonly now: () => number,
  ) {}

  newNote(digest: string, place: { readonly id: string; readonly createdAtMs: number }): KeyNote {
    const holder = randomBytes(9).toString('base64url');
    return { digest, id: place.id, createdAtMs: place.createdAtMs, takenAtMs: this.now(), holder, released: false };
  }

  /** @throws KeyTaken */
  async take(subject: CreateSubject, key: string, note: KeyNote): Promise<void> {
    const { value } = await this.records.commitOnce(toKey(subject, key), note);
    if (value.holder !== note.holder) throw new KeyTaken(value);
  }

  /** Puts a note in another's place. @throws KeyTaken where that has changed meanwhile */
  async takeOver(subject: CreateSubject, key: string, from: KeyNote, to: KeyNote): Promise<void> {
    const { value } = await this.records.update<KeyNote>(toKey(subject, key), (current) =>
      current.holder === from.holder && current.released === from.released ? to : undefined,
    );
    if (value.holder !== to.holder) throw new KeyTaken(value);
  }

  /** Frees a key whose request has failed, unless another goes on with it. */
  async release(subject: CreateSubject, key: string, note: KeyNote): Promise<void> {
    await this.records.update<KeyNote>(toKey(subject, key), (current) =>
      current.holder === note.holder ? { ...current, released: true } : undefined,
    );
  }

  /** Whether a note says nothing any more. */
  isFree({ released, createdAtMs }: Pick<KeyNote, 'released' | 'createdAtMs'>): boolean {
    return released || isExpiredKey({ createdAtMs }, this.now());
  }
}

export function isExpiredKey({ createdAtMs }: { readonly createdAtMs: number }, nowMs: number): boolean {
  return nowMs - createdAtMs >= KEY_LIFE_MS;
}

/** Keys are any text, so their digest is what the object is named after. */
function toKey({ tenant, route }: CreateSubject, key: string): string {
  return objectKeys.createKey(tenant, route, hash('sha256', key, 'base64url'));
}

export function keyReused(): GatewayError {
  return new GatewayError(
    'idempotency_key_reused',
    'This Idempotency-Key was sent with another request within the last day. Send the same request, or choose another key.',
    { param: 'Idempotency-Key' },
  );
}

export function stillRunning(retryAfterSeconds: number): GatewayError {
  return new GatewayError(
    'request_in_progress',
    'The first request with this Idempotency-Key has not ended. Send it again in a moment to get its answer.',
    { param: 'Idempotency-Key', retryAfterSeconds },
  );
}
