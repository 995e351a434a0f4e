import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import type { WriteOptions } from '../object-store.port.js';
import { MemoryObjectStore } from '../testing/memory-object-store.js';
import { RecordStore } from './record-store.js';

interface Counter {
  readonly count: number;
}

const increment = ({ count }: Counter): Counter => ({ count: count + 1 });

function createRecords(): { store: MemoryObjectStore; records: RecordStore } {
  const store = new MemoryObjectStore();
  return { store, records: new RecordStore(store) };
}

describe('RecordStore', () => {
  it('creates a record once and reads it back', async () => {
    const { records } = createRecords();
    const created = await records.create('key', { count: 1 });
    expect(created).toMatchObject({ key: 'key', value: { count: 1 }, revision: 1 });
    expect(await records.read('key')).toEqual(created);
    await expect(records.create('key', { count: 2 })).rejects.toMatchObject({ reason: 'conflict' });
    expect((await records.read('key'))?.value).toEqual({ count: 1 });
  });

  it('reads nothing where nothing is, and refuses what is no record', async () => {
    const { store, records } = createRecords();
    expect(await records.read('none')).toBeUndefined();
    await store.put('text', 'no JSON');
    await expect(records.read('text')).rejects.toMatchObject({ reason: 'internal_error', details: { key: 'text' } });
    await store.put('other', '{"value":1}');
    await expect(records.read('other')).rejects.toMatchObject({ reason: 'internal_error' });
  });

  it('replaces exactly the revision that was read', async () => {
    const { store, records } = createRecords();
    const first = await records.create<Counter>('key', { count: 1 });
    const second = await records.replace(first, { count: 2 });
    expect(second.revision).toBe(2);
    await expect(records.replace(first, { count: 3 })).rejects.toMatchObject({ reason: 'conflict' });
    const third = await records.replace(second, { count: 4 });
    expect(await records.read('key')).toEqual(third);
    await store.delete(['key']);
    await expect(records.replace(third, { count: 5 })).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('leaves a record alone when the change says so', async () => {
    const { records } = createRecords();
    const created = await records.create<Counter>('key', { count: 1 });
    expect(await records.update<Counter>('key', () => undefined)).toEqual(created);
    await expect(records.update<Counter>('none', increment)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('loses no update of many concurrent ones', async () => {
    const { records } = createRecords();
    await records.create<Counter>('key', { count: 0 });
    const writers = Array.from({ length: 8 }, async () => {
      for (let update = 0; update < 5; update++) await records.update('key', increment, { maxAttempts: 100 });
    });
    await Promise.all(writers);
    expect(await records.read('key')).toMatchObject({ value: { count: 40 }, revision: 41 });
  });

  it('gives up an update that loses every race, so that it can be tried again later', async () => {
    const { store, records } = createRecords();
    await records.create<Counter>('key', { count: 0 });
    let runs = 0;
    const rival = new RecordStore(store);
    const interrupted = new (class extends MemoryObjectStore {
      override get: MemoryObjectStore['get'] = (key, options) => store.get(key, options);
      override async put(key: string, body: Buffer | string, options?: WriteOptions): Promise<{ etag: string }> {
        runs += 1;
        await rival.update<Counter>('key', increment);
        return store.put(key, body, options);
      }
    })();
    const update = new RecordStore(interrupted).update<Counter>('key', increment, { maxAttempts: 3 });
    await expect(update).rejects.toMatchObject({ reason: 'storage_unavailable', retryable: true });
    expect(runs).toBe(3);
    expect((await records.read<Counter>('key'))?.value.count).toBe(3);
  });

  it('passes a storage that does not answer on, having done nothing', async () => {
    const { store, records } = createRecords();
    store.failNext('put');
    await expect(records.create('key', { count: 1 })).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect(await records.read('key')).toBeUndefined();
    store.failNext('get');
    await expect(records.read('key')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('ends with its caller', async () => {
    const { records } = createRecords();
    const reason = new Error('left');
    const signal = AbortSignal.abort(reason);
    await expect(records.create('key', 1, { signal })).rejects.toBe(reason);
    await expect(records.update('key', increment, { signal })).rejects.toBe(reason);
    await expect(records.commitOnce('key', 1, { signal })).rejects.toBe(reason);
  });
});

describe('commitOnce', () => {
  it('lets the first commit win and gives its value to all others', async () => {
    const { records } = createRecords();
    const commits = await Promise.all([1, 2, 3, 4].map((attempt) => records.commitOnce('chunk', { attempt })));
    const winner = commits.find(({ won }) => won);
    expect(commits.filter(({ won }) => won)).toHaveLength(1);
    commits.forEach(({ value }) => expect(value).toEqual(winner?.value));
    expect((await records.read('chunk'))?.value).toEqual(winner?.value);
  });

  it('takes an equal value of another for what it is: another’s', async () => {
    const { records } = createRecords();
    expect(await records.commitOnce('chunk', { lines: 3 })).toEqual({ won: true, value: { lines: 3 } });
    expect(await records.commitOnce('chunk', { lines: 3 })).toEqual({ won: false, value: { lines: 3 } });
  });
});

describe('a write that is refused though its condition holds', () => {
  it('is tried again', async () => {
    const store = new (class extends MemoryObjectStore {
      refusals = 2;
      override async put(key: string, body: Buffer | string, options?: WriteOptions): Promise<{ etag: string }> {
        if (this.refusals-- > 0) throw new GatewayError('precondition_failed', 'Two writers met.');
        return super.put(key, body, options);
      }
    })();
    const records = new RecordStore(store);
    expect(await records.create<Counter>('key', { count: 1 })).toMatchObject({ revision: 1 });
    store.refusals = 2;
    expect(await records.update<Counter>('key', increment)).toMatchObject({ value: { count: 2 }, revision: 2 });
  });
});
