import { GatewayError } from '#platform';

interface Range {
  readonly first: number;
  readonly last: number;
}

const FORM = /^\d{1,9}(?:-\d{1,9})?(?:\.\d{1,9}(?:-\d{1,9})?)*$/;

/** Numbers of chunks whose rows a caller has: what the cursor of results says, e.g. `0-4.7`. */
export class ChunkRanges {
  private constructor(private readonly ranges: readonly Range[]) {}

  /** @throws GatewayError `invalid_value` */
  static parse(cursor: string): ChunkRanges {
    if (cursor === '') return new ChunkRanges([]);
    if (!FORM.test(cursor)) {
      throw new GatewayError(
        'invalid_value',
        "Invalid 'after': expected a 'sluice-results-cursor' header of an answer before.",
        { param: 'after' },
      );
    }
    const ranges = cursor.split('.').map((text): Range => {
      const [first = 0, last = first] = text.split('-').map(Number);
      return { first, last };
    });
    return new ChunkRanges(ranges);
  }

  /** The cursor that says these chunks, which ascend. */
  static format(chunks: readonly number[]): string {
    const ranges: { first: number; last: number }[] = [];
    for (const chunk of chunks) {
      const open = ranges.at(-1);
      if (open !== undefined && open.last === chunk - 1) open.last = chunk;
      else ranges.push({ first: chunk, last: chunk });
    }
    return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join('.');
  }

  has(chunk: number): boolean {
    return this.ranges.some(({ first, last }) => first <= chunk && chunk <= last);
  }
}
