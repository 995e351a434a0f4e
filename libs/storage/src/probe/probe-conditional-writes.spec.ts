import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import type { ListPage, ReadOptions, StoredObject, WriteCondition, WriteOptions } from '../object-store.port.js';
import { MemoryObjectStore } from '../testing/memory-object-store.js';
import { probeConditionalWrites } from './probe-conditional-writes.js';

type ConditionKind = 'absent' | 'etag';

/** Checks a condition first and stores later, as servers do that pass a test with one writer. */
class RacyStore extends MemoryObjectStore {
  constructor(private readonly racyKind: ConditionKind) {
    super();
  }

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    const { condition } = options;
    if (condition === undefined || !(this.racyKind in condition)) return super.put(key, body, options);
    const found = await this.get(key).catch(() => undefined);
    if (!meets(found, condition)) throw new GatewayError('precondition_failed', 'refused');
    await setImmediate();
    return super.put(key, body);
  }
}

function meets(found: StoredObject | undefined, condition: WriteCondition): boolean {
  return 'absent' in condition ? found === undefined : found?.etag === condition.etag;
}

/** Takes every write, whatever its condition. */
class CarelessStore extends MemoryObjectStore {
  constructor(private readonly ignoredKind: ConditionKind) {
    super();
  }

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    const ignored = options.condition !== undefined && this.ignoredKind in options.condition;
    return super.put(key, body, ignored ? {} : options);
  }
}

/** Gives readers the first half of the newest write and the second half of the one before. */
class TearingStore extends MemoryObjectStore {
  private readonly before = new Map<string, Buffer>();

  override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
    const old = await super.get(key).catch(() => undefined);
    const stored = await super.put(key, body, options);
    if (old !== undefined) this.before.set(key, old.body);
    return stored;
  }

  override async get(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    const whole = await super.get(key, options);
    const before = this.before.get(key);
    if (before === undefined || before.length < 1_000) return whole;
    const middle = before.length / 2;
    return { ...whole, body: Buffer.concat([whole.body.subarray(0, middle), before.subarray(middle)]) };
  }
}

/** Shows writes in listings a while later. */
class ForgetfulListing extends MemoryObjectStore {
  override async list(): Promise<ListPage> {
    await setImmediate();
    return { objects: [], prefixes: [], truncated: false };
  }
}

async function expectFailure(store: MemoryObjectStore, sentence: RegExp): Promise<void> {
  const result = await probeConditionalWrites(store);
  expect(result).toEqual({ ok: false, failure: expect.stringMatching(sentence) as string });
  expect(result).toEqual({ ok: false, failure: expect.stringContaining('use Amazon S3') as string });
}

describe('probeConditionalWrites', () => {
  it('is content with a store that keeps its promises, and leaves nothing behind', async () => {
    const store = new MemoryObjectStore();
    expect(await probeConditionalWrites(store)).toEqual({ ok: true });
    expect((await store.list('')).objects).toEqual([]);
  });

  it('blames no sound store for refusing repetitions of writes whose answer was lost', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers('retried');
    expect(await probeConditionalWrites(store)).toEqual({ ok: true });
  });

  it('finds create-only writes that hold for one writer and not for several', async () => {
    await expectFailure(new RacyStore('absent'), /^\d of 4 concurrent create-only writes .* succeeded\./);
  });

  it('finds compare-and-set writes that hold for one writer and not for several', async () => {
    await expectFailure(new RacyStore('etag'), /compare-and-set writes .* got lost\./);
  });

  it('finds a store that ignores If-None-Match', async () => {
    await expectFailure(new CarelessStore('absent'), /^A create-only write .* replaced an object that was there\./);
  });

  it('finds a store that ignores If-Match', async () => {
    await expectFailure(new CarelessStore('etag'), /^A write that named an outdated ETag .* replaced the object\./);
  });

  it('finds torn reads', async () => {
    await expectFailure(new TearingStore(), /^A read beside concurrent writes saw parts of two of them\./);
  });

  it('finds listings that lag behind', async () => {
    await expectFailure(new ForgetfulListing(), /^A listing right after a write did not show the object\./);
  });

  it('finds a store that does not know conditional writes', async () => {
    const store = new (class extends MemoryObjectStore {
      override async put(key: string, body: Buffer | string, options: WriteOptions = {}): Promise<{ etag: string }> {
        if (options.condition !== undefined) throw new GatewayError('internal_error', 'NotImplemented');
        return super.put(key, body, options);
      }
    })();
    await expectFailure(store, /^The storage does not know conditional writes/);
  });

  it('learns nothing from a store that does not answer', async () => {
    const store = new MemoryObjectStore();
    store.failNext('put');
    await expect(probeConditionalWrites(store)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect((await store.list('')).objects).toEqual([]);
  });
});
