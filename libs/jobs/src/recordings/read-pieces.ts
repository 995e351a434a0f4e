import type { ObjectStore } from '#storage';
import { throwChanged } from '../plan/open-input.js';

export interface StoredBytes {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

/** One more is read while this much is used. */
const PIECE_BYTES = 2 * 1_048_576;

/**
 * An object from front to back, always in the same memory: a piece is overwritten once the next one is asked for.
 *
 * @throws GatewayError `storage_unavailable`, also where the object was changed or removed meanwhile; the signal's reason
 */
export async function* readPieces(
  store: ObjectStore,
  { key, etag, size }: StoredBytes,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const memories = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)] as const;
  const read = async (piece: number): Promise<Buffer | undefined> => {
    const first = piece * PIECE_BYTES;
    if (first >= size) return undefined;
    const target = memories[piece % 2 === 0 ? 0 : 1].subarray(0, size - first);
    await store.readInto(key, target, { first, ifMatch: etag, signal }).catch(throwChanged);
    return target;
  };
  let ahead = read(0);
  for (let next = 1; ; next++) {
    const piece = await ahead;
    if (piece === undefined) return;
    ahead = read(next);
    // Whoever leaves before the end does not hear of it.
    ahead.catch(() => undefined);
    yield piece;
  }
}
