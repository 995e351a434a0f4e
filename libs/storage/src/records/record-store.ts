import { GatewayError } from '#platform';
import type { ObjectStore, WriteCondition } from '../object-store.port.js';
import {
  decodeRecord,
  descendsFrom,
  draftFirst,
  draftNext,
  encodeRecord,
  type RecordDraft,
  type Versioned,
} from './record-envelope.js';
import { waitJittered } from './wait-jittered.js';

const MAX_ATTEMPTS = 20;

export interface RecordOptions {
  readonly signal?: AbortSignal;
}

export interface UpdateOptions extends RecordOptions {
  /** How often a lost race is run again; 20 where absent. */
  readonly maxAttempts?: number;
}

/** Who won, and what stands there now (on winning: our record, or one built on it). */
type Outcome<T> =
  | { readonly won: true; readonly current: Versioned<T> }
  | { readonly won: false; readonly current: Versioned<T> | undefined };

/**
 * JSON records with compare-and-set. A write whose answer is lost, or that is answered 412 because it was repeated, is
 * read back: a record that carries one's own writer means success. So a write has one effect, or none, or fails with
 * `storage_unavailable` (then it may have happened). Where others have written on top of it meanwhile, the newest
 * record is what a write returns.
 *
 * Every method throws GatewayError `storage_unavailable`, and `internal_error` for an object that is no record.
 */
export class RecordStore {
  constructor(private readonly store: ObjectStore) {}

  async read<T>(key: string, options: RecordOptions = {}): Promise<Versioned<T> | undefined> {
    try {
      const { body, etag } = await this.store.get(key, { signal: options.signal });
      return decodeRecord<T>(key, body, etag);
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return undefined;
      throw error;
    }
  }

  /** @throws GatewayError `conflict` when another's record is there. */
  async create<T>(key: string, value: T, options: RecordOptions = {}): Promise<Versioned<T>> {
    const outcome = await this.write(draftFirst(key, value), { absent: true }, options.signal);
    if (outcome.won) return outcome.current;
    throw new GatewayError('conflict', 'The record exists already.', { details: { key } });
  }

  /** The first commit under a key wins; whoever comes later gets the winner's value. */
  async commitOnce<T>(key: string, value: T, options: RecordOptions = {}): Promise<{ won: boolean; value: T }> {
    const { won, current } = await this.write(draftFirst(key, value), { absent: true }, options.signal);
    if (current === undefined) throw busy(key);
    return { won, value: current.value };
  }

  /**
   * Writes over exactly the revision that was read.
   * @throws GatewayError `conflict` when it has changed, `not_found` when it is gone.
   */
  async replace<T>(versioned: Versioned<T>, next: T, options: RecordOptions = {}): Promise<Versioned<T>> {
    const { key, etag } = versioned;
    const outcome = await this.write(draftNext(versioned, next), { etag }, options.signal);
    if (outcome.won) return outcome.current;
    if (outcome.current === undefined) throw missing(key);
    throw new GatewayError('conflict', 'The record has changed since it was read.', { details: { key } });
  }

  /**
   * Reads, changes and writes until no other write comes in between. `change` may run several times, but takes effect
   * once; it returns `undefined` to leave the record as it is.
   * @throws GatewayError `not_found` when there is no record, `storage_unavailable` when others are faster all the time.
   */
  async update<T>(
    key: string,
    change: (current: T) => T | undefined,
    options: UpdateOptions = {},
  ): Promise<Versioned<T>> {
    const { signal, maxAttempts = MAX_ATTEMPTS } = options;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const current = await this.read<T>(key, { signal });
      if (current === undefined) throw missing(key);
      const next = change(current.value);
      if (next === undefined) return current;
      const outcome = await this.write(draftNext(current, next), { etag: current.etag }, signal);
      if (outcome.won) return outcome.current;
      await waitJittered(attempt, signal);
    }
    throw busy(key);
  }

  /** A refusal though the condition holds (S3's 409 between two writers) says nothing about the record: it is tried again. */
  private async write<T>(draft: RecordDraft<T>, condition: WriteCondition, signal?: AbortSignal): Promise<Outcome<T>> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const outcome = await this.writeOnce(draft, condition, signal);
      if (outcome.won || !holds(condition, outcome.current)) return outcome;
      await waitJittered(attempt, signal);
    }
    throw busy(draft.key);
  }

  private async writeOnce<T>(
    draft: RecordDraft<T>,
    condition: WriteCondition,
    signal?: AbortSignal,
  ): Promise<Outcome<T>> {
    const { key } = draft;
    try {
      const { etag } = await this.store.put(key, encodeRecord(draft), {
        condition,
        contentType: 'application/json',
        signal,
      });
      return { won: true, current: { ...draft, etag } };
    } catch (error) {
      if (!isUnclear(error)) throw error;
      const current = await this.read<T>(key, { signal });
      const own = current !== undefined && descendsFrom(current, draft);
      if (own === true) return { won: true, current };
      if (own === undefined) throw busy(key, error);
      // Where the condition still holds, a write without an answer may land yet; where it does not, it never will.
      if (GatewayError.is(error, 'storage_unavailable') && holds(condition, current)) throw error;
      return { won: false, current };
    }
  }
}

/** Answers that a write may get though it has taken effect: none, or one to its own repetition. */
function isUnclear(error: unknown): boolean {
  return (
    GatewayError.is(error, 'storage_unavailable') ||
    GatewayError.is(error, 'precondition_failed') ||
    GatewayError.is(error, 'not_found')
  );
}

function holds(condition: WriteCondition, current: Versioned<unknown> | undefined): boolean {
  return 'absent' in condition ? current === undefined : current?.etag === condition.etag;
}

function missing(key: string): GatewayError {
  return new GatewayError('not_found', 'The record does not exist.', { details: { key } });
}

function busy(key: string, cause?: unknown): GatewayError {
  return new GatewayError('storage_unavailable', 'The record is being written by too many at once. Try again.', {
    cause,
    details: { key },
    retryAfterSeconds: 5,
  });
}
