import type { ByteRange } from '#storage';

/** An entry is two words of 32 bits, little-endian: a request, and the byte behind its row. */
const WORD_BYTES = 4;
const ENTRY_WORDS = 2;

/**
 * Rows of a chunk that later ones need: an entry for each, then the rows, one behind the other. A request whose row is an
 * error has an entry and no bytes, so that where the rows begin follows from the plan alone.
 *
 * @param requests Ascending.
 */
export function encodeSharedRows(
  requests: readonly number[],
  rows: ReadonlyMap<number, { readonly ok: boolean; readonly json: Buffer }>,
): Buffer {
  const head = Buffer.allocUnsafe(headBytes(requests.length));
  const pieces: Buffer[] = [head];
  let end = head.length;
  for (const [index, request] of requests.entries()) {
    const row = rows.get(request);
    if (row?.ok === true) {
      pieces.push(row.json);
      end += row.json.length;
    }
    head.writeUInt32LE(request, index * ENTRY_WORDS * WORD_BYTES);
    head.writeUInt32LE(end, (index * ENTRY_WORDS + 1) * WORD_BYTES);
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
    const first = at === 0 ? words.byteLength : (words[at - 1] ?? 0);
    const end = words[at + 1] ?? first;
    return end === first ? undefined : { first, last: end - 1 };
  }
}
