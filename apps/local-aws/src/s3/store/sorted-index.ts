interface Block<Value> {
  readonly keys: string[];
  readonly values: Value[];
}

// Big enough that there are few blocks, small enough that an insertion moves little.
const maxBlockLength = 512;

/** A sorted map in blocks: inserting costs two binary searches and a short splice, listing is a walk. */
export class SortedIndex<Value> {
  private readonly blocks: Block<Value>[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: string): Value | undefined {
    const { block, position, found } = this.locate(key);
    return found ? this.blocks[block]?.values[position] : undefined;
  }

  set(key: string, value: Value): void {
    const { block: blockNumber, position, found } = this.locate(key);
    const block = this.blocks[blockNumber];
    if (block === undefined) {
      this.blocks.push({ keys: [key], values: [value] });
      this.count += 1;
    } else if (found) {
      block.values[position] = value;
    } else {
      block.keys.splice(position, 0, key);
      block.values.splice(position, 0, value);
      this.count += 1;
      if (block.keys.length > maxBlockLength) this.split(blockNumber, block);
    }
  }

  delete(key: string): boolean {
    const { block: blockNumber, position, found } = this.locate(key);
    const block = this.blocks[blockNumber];
    if (!found || block === undefined) return false;
    block.keys.splice(position, 1);
    block.values.splice(position, 1);
    if (block.keys.length === 0) this.blocks.splice(blockNumber, 1);
    this.count -= 1;
    return true;
  }

  /** Entries in order from the first key at or after `start`. The index must not change while this is walked. */
  *from(start: string): Generator<readonly [key: string, value: Value]> {
    const located = this.locate(start);
    let position = located.position;
    for (let number = located.block; number < this.blocks.length; number++, position = 0) {
      const { keys, values } = this.blocks[number] as Block<Value>;
      for (; position < keys.length; position++) yield [keys[position] as string, values[position] as Value];
    }
  }

  private locate(key: string): { block: number; position: number; found: boolean } {
    const block = Math.max(
      0,
      lowerBound(this.blocks.length, (index) => (this.blocks[index]?.keys[0] ?? '') <= key) - 1,
    );
    const keys = this.blocks[block]?.keys ?? [];
    const position = lowerBound(keys.length, (index) => (keys[index] ?? '') < key);
    return { block, position, found: keys[position] === key };
  }

  private split(blockNumber: number, block: Block<Value>): void {
    const middle = block.keys.length >>> 1;
    this.blocks.splice(blockNumber + 1, 0, { keys: block.keys.splice(middle), values: block.values.splice(middle) });
  }
}

/** The first index for which `isBefore` no longer holds. */
function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
