import { describe, expect, it } from 'vitest';
import { collect } from './collect.js';
import type { CurrentSubject } from './contract.types.js';

export function describeReads(current: CurrentSubject): void {
  describe('get, getStream and head', () => {
    it('says not_found for what is not there', async () => {
      const { store, prefix } = current();
      await expect(store.get(`${prefix}none`)).rejects.toMatchObject({ reason: 'not_found' });
      await expect(store.getStream(`${prefix}none`)).rejects.toMatchObject({ reason: 'not_found' });
      await expect(store.head(`${prefix}none`)).rejects.toMatchObject({ reason: 'not_found' });
    });

    it('reads a range, both ends included, cut at the end of the object', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}digits`, '0123456789');
      expect((await store.get(`${prefix}digits`, { range: { first: 2, last: 4 } })).body.toString()).toBe('234');
      expect((await store.get(`${prefix}digits`, { range: { first: 8, last: 99 } })).body.toString()).toBe('89');
      const stream = await store.getStream(`${prefix}digits`, { range: { first: 9, last: 9 } });
      expect(stream.size).toBe(1);
      expect((await collect(stream.body)).toString()).toBe('9');
    });

    it('refuses a range that begins behind the end', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}short`, 'abc');
      const read = store.get(`${prefix}short`, { range: { first: 3, last: 5 } });
      await expect(read).rejects.toMatchObject({ reason: 'range_not_satisfiable' });
    });

    it('reads only the version that was named', async () => {
      const { store, prefix } = current();
      const old = await store.put(`${prefix}versioned`, 'old');
      const { etag } = await store.put(`${prefix}versioned`, 'new');
      const range = { first: 0, last: 0 };
      const stale = store.get(`${prefix}versioned`, { ifMatch: old.etag, range });
      await expect(stale).rejects.toMatchObject({ reason: 'precondition_failed' });
      const fresh = await store.get(`${prefix}versioned`, { ifMatch: etag, range });
      expect(fresh.body.toString()).toBe('n');
    });

    it('streams a body whole', async () => {
      const { store, prefix } = current();
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const { etag } = await store.put(`${prefix}large`, content);
      const stream = await store.getStream(`${prefix}large`);
      expect(stream).toMatchObject({ size: content.length, etag });
      expect((await collect(stream.body)).equals(content)).toBe(true);
    });

    it('streams an empty body to its end', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}empty`, '');
      const stream = await store.getStream(`${prefix}empty`);
      expect(stream.size).toBe(0);
      expect(await collect(stream.body)).toHaveLength(0);
    });
  });

  describe('readInto', () => {
    it('fills memory from a place in the object on, and nothing beside it', async () => {
      const { store, prefix } = current();
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const { etag } = await store.put(`${prefix}samples`, content);
      const memory = Buffer.alloc(200_010, 255);
      await store.readInto(`${prefix}samples`, memory.subarray(5, 200_005), { first: 90_000, ifMatch: etag });
      expect(memory.subarray(5, 200_005).equals(content.subarray(90_000, 290_000))).toBe(true);
      expect([...memory.subarray(0, 5), ...memory.subarray(-5)]).toEqual(Array.from({ length: 10 }, () => 255));
    });

    it('reads nothing into no memory', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}some`, 'abc');
      await expect(store.readInto(`${prefix}some`, Buffer.alloc(0), { first: 0 })).resolves.toBeUndefined();
    });

    it('reads only the version that was named, and only what is there', async () => {
      const { store, prefix } = current();
      const key = `${prefix}replaced`;
      const old = await store.put(key, 'old');
      await store.put(key, 'new');
      const read = async (bytes: number, first: number, options: { ifMatch?: string } = {}): Promise<void> =>
        await store.readInto(key, Buffer.alloc(bytes), { first, ...options });
      await expect(read(3, 0, { ifMatch: old.etag })).rejects.toMatchObject({ reason: 'precondition_failed' });
      await expect(read(3, 1)).rejects.toMatchObject({ reason: 'internal_error' });
      await expect(read(1, 3)).rejects.toMatchObject({ reason: 'range_not_satisfiable' });
      await expect(store.readInto(`${prefix}none`, Buffer.alloc(1), { first: 0 })).rejects.toMatchObject({
        reason: 'not_found',
      });
    });
  });

  describe('list', () => {
    it('gives pages in ascending order of UTF-8 bytes', async () => {
      const { store, prefix } = current();
      const names = ['b', 'a/1', 'a', 'a-', '\u{FF5E}', '\u{1F30A}', 'ä'];
      await Promise.all(names.map((name) => store.put(prefix + name, name)));
      const { objects, truncated } = await store.list(prefix);
      expect(objects.map(({ key }) => key.slice(prefix.length))).toEqual([
        'a',
        'a-',
        'a/1',
        'b',
        'ä',
        '\u{FF5E}',
        '\u{1F30A}',
      ]);
      expect(truncated).toBe(false);
      const head = await store.head(`${prefix}a/1`);
      expect(objects[2]).toMatchObject({ size: 3, etag: head.etag });
    });

    it('goes on strictly after a key, and says whether there is more', async () => {
      const { store, prefix } = current();
      await Promise.all(['1', '2', '3', '4'].map((name) => store.put(prefix + name, name)));
      const first = await store.list(prefix, { limit: 2 });
      expect(first.objects.map(({ key }) => key)).toEqual([`${prefix}1`, `${prefix}2`]);
      expect(first.truncated).toBe(true);
      const second = await store.list(prefix, { limit: 2, startAfter: `${prefix}2` });
      expect(second.objects.map(({ key }) => key)).toEqual([`${prefix}3`, `${prefix}4`]);
      expect(second.truncated).toBe(false);
    });

    it('folds keys at a delimiter, and goes on behind a folded prefix', async () => {
      const { store, prefix } = current();
      await Promise.all(['a/1', 'a/2', 'b', 'c/1', 'd/1'].map((name) => store.put(prefix + name, name)));
      const first = await store.list(prefix, { delimiter: '/', limit: 2 });
      expect(first.prefixes).toEqual([`${prefix}a/`]);
      expect(first.objects.map(({ key }) => key)).toEqual([`${prefix}b`]);
      expect(first.truncated).toBe(true);
      const rest = await store.list(prefix, { delimiter: '/', startAfter: `${prefix}c/` });
      expect(rest.prefixes).toEqual([`${prefix}d/`]);
      expect(rest.objects).toEqual([]);
    });

    it('is empty where nothing is', async () => {
      const { store, prefix } = current();
      expect(await store.list(`${prefix}none/`)).toEqual({ objects: [], prefixes: [], truncated: false });
    });
  });
}
