import { describe, expect, it } from 'vitest';
import { BufferPool } from '#platform';
import { PartAssembler, type PartSink } from './part-assembler.js';
import type { CopySource } from './upload-requests.js';

const MIB = 1_048_576;
const GIB = 1_024 * MIB;

/** Notes kind and MiB of every part instead of storing it. */
class NotingSink implements PartSink {
  readonly notes: string[] = [];

  constructor(private readonly partsBefore = 0) {}

  get nextPartNumber(): number {
    return this.partsBefore + this.notes.length + 1;
  }

  addPart(part: Buffer): Promise<void> {
    this.notes.push(`part ${part.length / MIB}`);
    return Promise.resolve();
  }

  addCopy({ range }: CopySource): Promise<void> {
    this.notes.push(`copy ${(range.last - range.first + 1) / MIB}`);
    return Promise.resolve();
  }

  finish(rest: Buffer): Promise<{ etag: string }> {
    this.notes.push(`rest ${rest.length / MIB}`);
    return Promise.resolve({ etag: '"etag"' });
  }
}

const fetchZeros = ({ range }: CopySource): Promise<Buffer> =>
  Promise.resolve(Buffer.alloc(range.last - range.first + 1));

async function assemble(sizes: readonly ['bytes' | 'copy', number][], sink = new NotingSink()): Promise<string[]> {
  const assembler = new PartAssembler(sink, fetchZeros, new BufferPool(16 * MIB));
  for (const [kind, size] of sizes) {
    if (kind === 'bytes') await assembler.addBytes(Buffer.alloc(size));
    else await assembler.addCopy({ key: 'source', range: { first: 0, last: size - 1 } });
  }
  const { size } = await assembler.finish();
  expect(size).toBe(sizes.reduce((sum, [, bytes]) => sum + bytes, 0));
  return sink.notes;
}

describe('PartAssembler', () => {
  it('keeps what fits into one part for the end', async () => {
    expect(
      await assemble([
        ['bytes', MIB],
        ['copy', MIB],
      ]),
    ).toEqual(['rest 2']);
  });

  it('cuts large bytes into parts of 5 MiB', async () => {
    expect(await assemble([['bytes', 14 * MIB]])).toEqual(['part 5', 'part 5', 'rest 4']);
  });

  it('coalesces small copies', async () => {
    expect(await assemble(Array.from({ length: 9 }, () => ['copy', MIB]))).toEqual(['part 5', 'rest 4']);
  });

  it('has large pieces copied by the server', async () => {
    expect(
      await assemble([
        ['copy', 6 * MIB],
        ['copy', 100 * MIB],
      ]),
    ).toEqual(['copy 6', 'copy 100', 'rest 0']);
  });

  it('takes the head of a large piece to fill up a part that would be too small', async () => {
    expect(
      await assemble([
        ['bytes', MIB],
        ['copy', 20 * MIB],
      ]),
    ).toEqual(['part 5', 'copy 16', 'rest 0']);
  });

  it('reads a piece whole when its rest would be too small to be copied', async () => {
    expect(
      await assemble([
        ['bytes', MIB],
        ['copy', 8 * MIB],
      ]),
    ).toEqual(['part 5', 'rest 4']);
  });

  it('splits what is too large for one copy', async () => {
    const third = (11 * 1_024) / 3;
    expect((await assemble([['copy', 11 * GIB]])).map(wholeMebibytes)).toEqual([
      ...Array<string>(3).fill(`copy ${Math.floor(third)}`),
      'rest 0',
    ]);
  });

  it('grows the parts, and copies fewer pieces, when the upload has many parts already', async () => {
    const notes = await assemble(
      [
        ['copy', 7 * MIB],
        ['copy', 7 * MIB],
        ['copy', 13 * MIB],
      ],
      new NotingSink(2_000),
    );
    expect(notes).toEqual(['part 10', 'part 5', 'copy 12', 'rest 0']);
  });
});

function wholeMebibytes(note: string): string {
  const [what, size] = note.split(' ');
  return `${what} ${Math.floor(Number(size))}`;
}
