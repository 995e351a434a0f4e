import type { ByteRange } from '#storage';

/** An entry is three words of 32 bits, little-endian: a request, the byte at which its row begins, and the row's length. */
const WORD_BYTES = 4;
const ENTRY_WORDS = 3;

/**
 * Rows of a chunk that later ones need: an entry for each, ascending by request, then the rows in the order given, one behind
 * the other. A request whose row is an error has an entry and no bytes, so that where the rows begin follows from the plan.
 *
 * @param requests In the order in which they are needed first: what one chunk reads then stands together.
 */
export function encodeSharedRows(
  requests: readonly number[],
  rows: ReadonlyMap<number, { readonly ok: boolean; readonly json: Buffer }>,
): Buffer {
  const head = Buffer.allocUnsafe(headBytes(requests.length));
  const pieces: Buffer[] = [head];
  const starts = new Map<number, number>();
  let end = head.length;
  for (const request of requests) {
    const row = rows.get(request);
    starts.set(request, end);
    if (row?.ok !== true) continue;
    pieces.push(row.json);
    end += row.json.length;
  }
  let at = 0;
  for (const request of requests.toSorted((a, b) => a - b)) {
    const row = rows.get(request);
    at = head.writeUInt32LE(request, at);
    at = head.writeUInt32LE(starts.get(request) ?? 0, at);
    at = head.writeUInt32LE(row?.ok === true ? row.json.length : 0, at);
  }
  return Buffer.concat(pieces);
}

/** Bytes of the entries of so many requests. */
export function headBytes(requests: number): number {
  return requests * ENTRY_WORDS * WORD_BYTES;
}

/** Where the rows stand that a chunk shares. */
export class SharedPlaces {
  private readonly words: Uint32Array;

  /** @param head All entries. */
  constructor(head: Buffer) {
    this.words = new Uint32Array(head.length / WORD_BYTES);
    for (let index = 0; index < this.words.length; index++) this.words[index] = head.readUInt32LE(index * WORD_BYTES);
  }

  get bytes(): number {
    return this.words.byteLength;
  }

  /** The bytes of a request's row; `undefined` where it has none that could be shared. */
  rangeOf(request: number): ByteRange | undefined {
    const { words } = this;
    let low = 0;
    let high = words.length / ENTRY_WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((words[middle * ENTRY_WORDS] ?? 0) < request) low = middle + 1;
      else high = middle;
    }
    const at = low * ENTRY_WORDS;
    if (words[at] !== request) return undefined;
    const [first = 0, length = 0] = [words[at + 1], words[at + 2]];
    return length === 0 ? undefined : { first, last: first + length - 1 };
  }
}
