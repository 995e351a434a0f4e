import { describe, expect, it } from 'vitest';
import type { CurrentSubject } from './contract.types.js';

export function describeWrites(current: CurrentSubject): void {
  describe('put and delete', () => {
    it('reads back what was written, with the ETag of the write', async () => {
      const { store, prefix } = current();
      const { etag } = await store.put(`${prefix}a`, Buffer.from([0, 255, 10]), {
        contentType: 'application/octet-stream',
      });
      expect(await store.get(`${prefix}a`)).toEqual({ body: Buffer.from([0, 255, 10]), etag });
      expect(await store.head(`${prefix}a`)).toMatchObject({ key: `${prefix}a`, size: 3, etag });
    });

    it('stores a text as UTF-8, and an empty body as an empty object', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}text`, 'größer 🌊');
      await store.put(`${prefix}empty`, '');
      expect((await store.get(`${prefix}text`)).body.toString()).toBe('größer 🌊');
      expect((await store.get(`${prefix}empty`)).body).toHaveLength(0);
    });

    it.each(['sp ace', 'a+b&c=d?e#f%25', 'ünï/cødé/🌊', 'quo\'te"(x)', 'a//b/../c'])(
      'keeps the key %j as it is',
      async (name) => {
        const { store, prefix } = current();
        await store.put(prefix + name, name);
        expect((await store.get(prefix + name)).body.toString()).toBe(name);
        const { objects } = await store.list(prefix);
        expect(objects.map(({ key }) => key)).toEqual([prefix + name]);
      },
    );

    it('creates only where nothing is', async () => {
      const { store, prefix } = current();
      await store.put(`${prefix}once`, 'first', { condition: { absent: true } });
      const second = store.put(`${prefix}once`, 'second', { condition: { absent: true } });
      await expect(second).rejects.toMatchObject({ reason: 'precondition_failed' });
      expect((await store.get(`${prefix}once`)).body.toString()).toBe('first');
    });

    it('replaces only the version that was named', async () => {
      const { store, prefix } = current();
      const first = await store.put(`${prefix}cas`, 'first');
      const second = await store.put(`${prefix}cas`, 'second', { condition: first });
      expect(second.etag).not.toBe(first.etag);
      const stale = store.put(`${prefix}cas`, 'third', { condition: first });
      await expect(stale).rejects.toMatchObject({ reason: 'precondition_failed' });
      expect((await store.get(`${prefix}cas`)).body.toString()).toBe('second');
    });

    it('does not create an object where a version was named', async () => {
      const { store, prefix } = current();
      const write = store.put(`${prefix}gone`, 'x', { condition: { etag: '"00000000000000000000000000000000"' } });
      await expect(write).rejects.toMatchObject({ reason: 'not_found' });
      await expect(store.get(`${prefix}gone`)).rejects.toMatchObject({ reason: 'not_found' });
    });

    it('lets one of many concurrent creators win', async () => {
      const { store, prefix } = current();
      const bodies = Array.from({ length: 8 }, (_, writer) => `writer ${writer}`);
      const writes = await Promise.allSettled(
        bodies.map((body) => store.put(`${prefix}race`, body, { condition: { absent: true } })),
      );
      const winners = bodies.filter((_, writer) => writes[writer]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect((await store.get(`${prefix}race`)).body.toString()).toBe(winners[0]);
    });

    it('deletes one, many and none, and minds no missing object', async () => {
      const { store, prefix } = current();
      const keys = Array.from({ length: 5 }, (_, index) => `${prefix}${index}`);
      await Promise.all(keys.map((key) => store.put(key, key)));
      await store.delete([]);
      await store.delete([`${prefix}0`]);
      await store.delete([`${prefix}0`]);
      await store.delete([`${prefix}0`, `${prefix}1`, `${prefix}never`, `${prefix}3`]);
      const { objects } = await store.list(prefix);
      expect(objects.map(({ key }) => key)).toEqual([`${prefix}2`, `${prefix}4`]);
    });

    it('does nothing for a caller that has left, and says why in its own words', async () => {
      const { store, prefix } = current();
      const reason = new Error('the caller has left');
      const signal = AbortSignal.abort(reason);
      await expect(store.put(`${prefix}left`, 'x', { signal })).rejects.toBe(reason);
      await expect(store.get(`${prefix}left`, { signal })).rejects.toBe(reason);
      await expect(store.getStream(`${prefix}left`, { signal })).rejects.toBe(reason);
      await expect(store.head(`${prefix}left`, { signal })).rejects.toBe(reason);
      await expect(store.list(`${prefix}left`, { signal })).rejects.toBe(reason);
      await expect(store.delete([`${prefix}left`], { signal })).rejects.toBe(reason);
      await expect(store.get(`${prefix}left`)).rejects.toMatchObject({ reason: 'not_found' });
    });
  });
}
