import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import type { WriteOptions } from '../object-store.port.js';
import { MemoryObjectStore } from '../testing/memory-object-store.js';
import { RecordStore } from './record-store.js';

interface Counter {
  readonly count: number;
}

const increment = ({ count }: Counter): Counter => ({ count: count + 1 });

/** Takes every write, loses its answer, and lets the client's repetition be refused; others may write in between. */
class ForgetfulStore extends MemoryObjectStore {
  /** Runs between the effect of a write and the refusal of its repetition. */
  afterEffect: () => Promise<unknown> = () => Promise.resolve();

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    await super.put(key, body, options);
    await this.afterEffect();
    throw new GatewayError('precondition_failed', 'The repetition of the write met its own effect.');
  }
}

/** A second client of the same objects, whose answers arrive. */
function rivalOf(store: MemoryObjectStore): RecordStore {
  const direct = new (class extends MemoryObjectStore {
    override get: MemoryObjectStore['get'] = (key, options) => store.get(key, options);
    override put: MemoryObjectStore['put'] = (...write) => MemoryObjectStore.prototype.put.apply(store, write);
  })();
  return new RecordStore(direct);
}

describe.each(['retried', 'reported'] as const)('when the answer to every first write is lost (%s)', (mode) => {
  it('creates one record, and says so', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers(mode);
    const created = await new RecordStore(store).create<Counter>('key', { count: 1 });
    expect(created).toMatchObject({ value: { count: 1 }, revision: 1 });
    expect(await new RecordStore(store).read('key')).toEqual(created);
  });

  it('commits once, and knows who won', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers(mode);
    const records = new RecordStore(store);
    expect(await records.commitOnce('chunk', 'ours')).toEqual({ won: true, value: 'ours' });
    expect(await records.commitOnce('chunk', 'theirs')).toEqual({ won: false, value: 'ours' });
  });

  it('knows that it has lost where another stands already', async () => {
    const store = new MemoryObjectStore();
    await new RecordStore(store).commitOnce('chunk', 'theirs');
    store.loseAnswers(mode);
    const records = new RecordStore(store);
    expect(await records.commitOnce('chunk', 'ours')).toEqual({ won: false, value: 'theirs' });
    await expect(records.create('chunk', 'ours')).rejects.toMatchObject({ reason: 'conflict' });
  });

  it('updates once', async () => {
    const store = new MemoryObjectStore();
    const records = new RecordStore(store);
    await records.create<Counter>('key', { count: 0 });
    store.loseAnswers(mode);
    const updated = await records.update<Counter>('key', increment);
    expect(updated).toMatchObject({ value: { count: 1 }, revision: 2 });
    expect(await records.read('key')).toEqual(updated);
  });
});

describe('when the answer to every write is lost', () => {
  it('replaces and updates once each, and what is returned can be written on', async () => {
    const store = new ForgetfulStore();
    const records = new RecordStore(store);
    const created = await records.create<Counter>('key', { count: 0 });
    const replaced = await records.replace(created, { count: 10 });
    const updated = await records.update<Counter>('key', increment);
    const last = await records.replace(updated, { count: 20 });
    expect([replaced.value.count, updated.value.count, last.value.count]).toEqual([10, 11, 20]);
    expect(last.revision).toBe(4);
  });

  it('counts an update once on which others have written already', async () => {
    const store = new ForgetfulStore();
    const records = new RecordStore(store);
    await records.create<Counter>('key', { count: 0 });
    const rival = rivalOf(store);
    store.afterEffect = async () => {
      for (let update = 0; update < 5; update++) await rival.update<Counter>('key', increment);
    };
    expect(await records.update<Counter>('key', increment)).toMatchObject({ value: { count: 6 }, revision: 7 });
    expect((await rival.read<Counter>('key'))?.value.count).toBe(6);
  });

  it('knows its own creation however often others have written on it', async () => {
    const store = new ForgetfulStore();
    const rival = rivalOf(store);
    store.afterEffect = async () => {
      for (let update = 0; update < 80; update++) await rival.update<Counter>('key', increment);
    };
    expect(await new RecordStore(store).create<Counter>('key', { count: 0 })).toMatchObject({ revision: 81 });
  });

  it('fails rather than guess when too many have written since', async () => {
    const store = new ForgetfulStore();
    const records = new RecordStore(store);
    await records.create<Counter>('key', { count: 0 });
    const rival = rivalOf(store);
    store.afterEffect = async () => {
      for (let update = 0; update < 64; update++) await rival.update<Counter>('key', increment);
    };
    await expect(records.update<Counter>('key', increment)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect((await rival.read<Counter>('key'))?.value.count).toBe(65);
  });

  it('is a conflict when an old record of another stands there', async () => {
    const store = new ForgetfulStore();
    const rival = rivalOf(store);
    await rival.create<Counter>('key', { count: 0 });
    for (let update = 0; update < 80; update++) await rival.update<Counter>('key', increment);
    await expect(new RecordStore(store).create<Counter>('key', { count: 9 })).rejects.toMatchObject({
      reason: 'conflict',
    });
    expect((await rival.read<Counter>('key'))?.value.count).toBe(80);
  });

  it('does not call a write lost that may land yet', async () => {
    const store = new MemoryObjectStore();
    const records = new RecordStore(store);
    const created = await records.create<Counter>('key', { count: 0 });
    store.failNext('put');
    await expect(records.replace(created, { count: 1 })).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('does not call a write its own that it cannot read back', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers('reported');
    store.failNext('get');
    await expect(new RecordStore(store).create('key', 1)).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });
});
