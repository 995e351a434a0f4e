import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ComposePart } from '../../object-store.port.js';
import { toAsync } from './collect.js';
import type { CurrentSubject } from './contract.types.js';

const MIB = 1_048_576;

export function describeStreams(current: CurrentSubject): void {
  describe('putStream', () => {
    it.each([
      ['nothing', 0],
      ['a few bytes', 1_000],
      ['exactly one part', 5 * MIB],
      ['several parts', 21 * MIB + 17],
    ])('stores %s whole', async (_, size) => {
      const { store, prefix } = current();
      const content = randomBytes(size);
      const stored = await store.putStream(`${prefix}stream`, inChunks(content, 700_001));
      const read = await store.get(`${prefix}stream`);
      expect(stored).toEqual({ size, etag: read.etag });
      expect(read.body.equals(content)).toBe(true);
    });

    it.each([10, 900])('is done with what its source gave before it asks for more (%d times)', async (times) => {
      const { store, prefix } = current();
      const memory = Buffer.alloc(30_011);
      async function* reused(): AsyncGenerator<Uint8Array> {
        for (let time = 0; time < times; time++) {
          await Promise.resolve();
          memory.fill(time);
          yield memory;
        }
      }
      await store.putStream(`${prefix}reused`, reused());
      const expected = Buffer.concat(Array.from({ length: times }, (_, time) => Buffer.alloc(30_011, time)));
      expect((await store.get(`${prefix}reused`)).body.equals(expected)).toBe(true);
    });

    it.each([1_000, 9 * MIB])('leaves nothing of %d bytes whose source fails', async (size) => {
      const { store, prefix } = current();
      const failure = new Error('the source broke');
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield randomBytes(size);
        throw failure;
      }
      await expect(store.putStream(`${prefix}broken`, broken())).rejects.toBe(failure);
      await expect(store.head(`${prefix}broken`)).rejects.toMatchObject({ reason: 'not_found' });
    });

    it.each([1_000, 9 * MIB])('keeps its condition with %d bytes', async (size) => {
      const { store, prefix } = current();
      const first = await store.putStream(`${prefix}cas`, toAsync([randomBytes(size)]), {
        condition: { absent: true },
      });
      const again = store.putStream(`${prefix}cas`, toAsync([randomBytes(size)]), { condition: { absent: true } });
      await expect(again).rejects.toMatchObject({ reason: 'precondition_failed' });
      expect((await store.head(`${prefix}cas`)).etag).toBe(first.etag);
      const second = await store.putStream(`${prefix}cas`, toAsync([randomBytes(size)]), { condition: first });
      const stale = store.putStream(`${prefix}cas`, toAsync([randomBytes(size)]), { condition: first });
      await expect(stale).rejects.toMatchObject({ reason: 'precondition_failed' });
      expect((await store.head(`${prefix}cas`)).etag).toBe(second.etag);
    });

    it('ends with the caller, in the caller’s own words', async () => {
      const { store, prefix } = current();
      const caller = new AbortController();
      const reason = new Error('the caller has left');
      async function* endless(): AsyncGenerator<Uint8Array> {
        yield randomBytes(9 * MIB);
        caller.abort(reason);
        for (;;) yield randomBytes(MIB);
      }
      const write = store.putStream(`${prefix}left`, endless(), { signal: caller.signal });
      await expect(write).rejects.toBe(reason);
      await expect(store.head(`${prefix}left`)).rejects.toMatchObject({ reason: 'not_found' });
    });
  });

  describe('compose', () => {
    it('joins bytes, small and large objects and ranges in order', async () => {
      const { store, prefix } = current();
      const small = randomBytes(3_000);
      const large = randomBytes(13 * MIB + 5);
      await store.put(`${prefix}small object`, small);
      await store.put(`${prefix}large+object`, large);
      const copyLarge: ComposePart = { copy: `${prefix}large+object`, size: large.length };
      const copyEnd: ComposePart = {
        ...copyLarge,
        range: { first: 7 * MIB, last: large.length - 1 },
        size: 6 * MIB + 5,
      };
      const copySmall: ComposePart = { copy: `${prefix}small object`, size: small.length };
      const parts = [
        { bytes: Buffer.from('head') },
        copySmall,
        copyLarge,
        copyEnd,
        copySmall,
        { bytes: Buffer.from('tail') },
      ];
      const stored = await store.compose(`${prefix}joined`, toAsync(parts));
      const expected = Buffer.concat([
        Buffer.from('head'),
        small,
        large,
        large.subarray(7 * MIB),
        small,
        Buffer.from('tail'),
      ]);
      expect(stored.size).toBe(expected.length);
      const read = await store.get(`${prefix}joined`);
      expect(read.etag).toBe(stored.etag);
      expect(read.body.equals(expected)).toBe(true);
    });

    it('joins more small objects than are read at a time', async () => {
      const { store, prefix } = current();
      const contents = Array.from({ length: 50 }, (_, index) => `line ${index}\n`.repeat(index));
      await Promise.all(contents.map((content, index) => store.put(`${prefix}${index}`, content)));
      const parts = contents.map((content, index): ComposePart => ({
        copy: `${prefix}${index}`,
        size: content.length,
      }));
      await store.compose(`${prefix}joined`, toAsync(parts));
      expect((await store.get(`${prefix}joined`)).body.toString()).toBe(contents.join(''));
    });

    it('makes an empty object of no parts', async () => {
      const { store, prefix } = current();
      expect((await store.compose(`${prefix}nothing`, toAsync([]))).size).toBe(0);
      expect((await store.head(`${prefix}nothing`)).size).toBe(0);
    });

    it.each([1_000, 6 * MIB])('stores nothing when a part of %d bytes is missing', async (size) => {
      const { store, prefix } = current();
      const parts: ComposePart[] = [{ bytes: Buffer.from('head') }, { copy: `${prefix}missing`, size }];
      await expect(store.compose(`${prefix}joined`, toAsync(parts))).rejects.toMatchObject({ reason: 'not_found' });
      await expect(store.head(`${prefix}joined`)).rejects.toMatchObject({ reason: 'not_found' });
    });

    it('stores nothing when a part is shorter than it was said to be', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}short`, 'abc');
      const parts: ComposePart[] = [{ copy: `${prefix}short`, size: 4 }];
      await expect(store.compose(`${prefix}joined`, toAsync(parts))).rejects.toMatchObject({
        reason: 'internal_error',
      });
      await expect(store.head(`${prefix}joined`)).rejects.toMatchObject({ reason: 'not_found' });
    });

    it.each([1_000, 6 * MIB])('keeps its condition with %d bytes', async (size) => {
      const { store, prefix } = current();
      await store.put(`${prefix}source`, randomBytes(size));
      const parts: ComposePart[] = [{ copy: `${prefix}source`, size }];
      const condition = { absent: true } as const;
      await store.compose(`${prefix}joined`, toAsync(parts), { condition });
      const again = store.compose(`${prefix}joined`, toAsync(parts), { condition });
      await expect(again).rejects.toMatchObject({ reason: 'precondition_failed' });
    });
  });
}

async function* inChunks(content: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += chunkBytes) yield content.subarray(start, start + chunkBytes);
}
