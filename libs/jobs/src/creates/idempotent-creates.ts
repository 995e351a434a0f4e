import { newTimeOrderedId, timeOfId } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { CreateKeys, keyReused, KeyTaken, stillRunning, type KeyNote } from './create-keys.js';
import type { CreateAttempt, CreatePlace, CreateSubject } from './creates.types.js';
import { FirstTries } from './first-tries.js';

export interface CreateOrder<T> extends CreateSubject {
  /** What ids begin with. */
  readonly prefix: string;
  /** Absent where nobody will ask again: then nothing is written down. */
  readonly attempt: CreateAttempt | undefined;
  /** What stands under an id; `undefined` where nothing does. */
  find(id: string): Promise<T | undefined>;
  /** Makes it; twice at one place is once. An error says that nothing stands there. */
  make(place: CreatePlace): Promise<T>;
}

/** A create takes less, unless its process has died or the store hangs: then whoever asks again goes on in its place. */
const RUNNING_MS = 10_000;
/** What a create that never ended has written is swept away after an hour; to go on from it would race with that. */
const ABANDONED_MS = 1_800_000;

/**
 * Creates that are sent again and create nothing twice: by their key where they have one, and else only where they say that
 * they are a retry. Two requests that are equal by chance stay two.
 */
export class IdempotentCreates {
  private readonly keys: CreateKeys;
  private readonly tries: FirstTries;

  constructor(
    store: ObjectStore,
    records: RecordStore,
    private readonly now: () => number = Date.now,
  ) {
    this.keys = new CreateKeys(records, now);
    this.tries = new FirstTries(store, records, now);
  }

  /** @throws GatewayError `idempotency_key_reused`, `request_in_progress`, and what making it throws */
  async run<T>(order: CreateOrder<T>): Promise<T> {
    const { attempt, prefix } = order;
    const createdAtMs = this.now();
    const place = { id: newTimeOrderedId(prefix, createdAtMs), createdAtMs };
    if (attempt === undefined) return await order.make({ ...place, note: nothing });
    if (attempt.key !== undefined) return await this.runWithKey(order, attempt.key, place);
    const first = attempt.retryCount > 0 ? await this.tries.claim(order, prefix, attempt.retryCount) : undefined;
    if (first === undefined) return await order.make({ ...place, note: () => this.tries.note(order, place.id) });
    return (await order.find(first)) ?? (await order.make({ ...placeOf(prefix, first), note: nothing }));
  }

  private async runWithKey<T>(order: CreateOrder<T>, key: string, place: Place): Promise<T> {
    const note = this.keys.newNote(order.digest, place);
    try {
      return await this.makeNoted(order, key, note, () => this.keys.take(order, key, note));
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return await this.follow(order, key, error.standing);
    }
  }

  /** Answers what has become of the request that had the key before, or goes on in its place. */
  private async follow<T>(order: CreateOrder<T>, key: string, standing: KeyNote): Promise<T> {
    const isFree = this.keys.isFree(standing);
    if (!isFree && standing.digest !== order.digest) throw keyReused();
    const made = isFree ? undefined : await order.find(standing.id);
    if (made !== undefined) return made;
    const leftMs = standing.takenAtMs + RUNNING_MS - this.now();
    if (!isFree && leftMs > 0) throw stillRunning(leftMs / 1000);
    const isGoneOn = !isFree && this.now() - standing.createdAtMs < ABANDONED_MS;
    const createdAtMs = this.now();
    const place = isGoneOn ? standing : { id: newTimeOrderedId(order.prefix, createdAtMs), createdAtMs };
    const note = this.keys.newNote(order.digest, place);
    try {
      await this.keys.takeOver(order, key, standing, note);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return await this.follow(order, key, error.standing);
    }
    return await this.makeNoted(order, key, note, nothing);
  }

  private async makeNoted<T>(order: CreateOrder<T>, key: string, note: KeyNote, take: () => Promise<void>): Promise<T> {
    try {
      return await order.make({ id: note.id, createdAtMs: note.createdAtMs, note: take });
    } catch (error) {
      // A key that cannot be freed is taken over by whoever asks next.
      if (!(error instanceof KeyTaken)) await Promise.allSettled([this.keys.release(order, key, note)]);
      throw error;
    }
  }
}

type Place = Pick<CreatePlace, 'id' | 'createdAtMs'>;

async function nothing(): Promise<void> {
  await Promise.resolve();
}

function placeOf(prefix: string, id: string): Place {
  return { id, createdAtMs: timeOfId(prefix, id) ?? 0 };
}
