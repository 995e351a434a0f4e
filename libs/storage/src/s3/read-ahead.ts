import type { ComposePart } from '../object-store.port.js';
import type { FetchPiece } from './part-assembler.js';
import { MIN_PART_BYTES } from './part-sizes.js';
import type { CopySource } from './upload-requests.js';

/** Hides the round trips of small pieces behind each other: at most so many, and so many bytes, are fetched before their turn. */
const MAX_PIECES = 16;
const MAX_BYTES = 8 * 1_048_576;

export type Piece = { readonly bytes: Buffer } | { readonly source: CopySource };

interface Entry {
  readonly bytes: number;
  readonly piece: Promise<Piece>;
}

/** The same pieces in the same order, those that are too small to be copied already fetched. */
export async function* readAhead(parts: AsyncIterable<ComposePart>, fetchPiece: FetchPiece): AsyncGenerator<Piece> {
  const queue: Entry[] = [];
  let queuedBytes = 0;
  const iterator = parts[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      while (!ended && queue.length < MAX_PIECES && queuedBytes < MAX_BYTES) {
        const next = await iterator.next();
        if (next.done === true) {
          ended = true;
        } else {
          const entry = toEntry(next.value, fetchPiece);
          queue.push(entry);
          queuedBytes += entry.bytes;
        }
      }
      const entry = queue.shift();
      if (entry === undefined) return;
      queuedBytes -= entry.bytes;
      yield await entry.piece;
    }
  } finally {
    if (!ended) await iterator.return?.();
  }
}

function toEntry(part: ComposePart, fetchPiece: FetchPiece): Entry {
  if ('bytes' in part) return { bytes: part.bytes.length, piece: Promise.resolve({ bytes: part.bytes }) };
  if (part.size === 0) return { bytes: 0, piece: Promise.resolve({ bytes: Buffer.alloc(0) }) };
  const range = part.range ?? { first: 0, last: part.size - 1 };
  const source = { key: part.copy, range };
  const size = range.last - range.first + 1;
  if (size > MIN_PART_BYTES) return { bytes: 0, piece: Promise.resolve({ source }) };
  const piece = fetchPiece(source).then((bytes) => ({ bytes }));
  // Awaited in its turn; where an earlier piece fails first, its own failure is of no interest.
  piece.catch(() => undefined);
  return { bytes: size, piece };
}
