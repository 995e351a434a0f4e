import { beforeAll, describe, expect, it } from 'vitest';
import { objectKeys, type FileObject, type FilePurpose } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { createTestBulk, FaultyStore, TENANT, type TestBulk } from '../testing/index.js';
import { packFileFacts } from './file-index.js';
import type { FileQuery } from './files.port.js';
import { timeOrderedId } from '#platform';
import { RecordStore, type ListPage } from '#storage';
import { StoredFiles } from './stored-files.js';

const BASE_SECONDS = 1_795_000_000;
const FILES = 1234;

function fileOf(index: number): FileObject {
  const purposes: readonly FilePurpose[] = ['batch', 'batch_output', 'vision'];
  return {
    id: timeOrderedId('file-', (BASE_SECONDS + index) * 1000, String(index)),
    object: 'file',
    bytes: index,
    created_at: BASE_SECONDS + index,
    expires_at: index % 100 === 50 ? BASE_SECONDS : null,
    filename: `f${index}.jsonl`,
    purpose: purposes[index % 3] ?? 'batch',
    status: 'processed',
    status_details: null,
  };
}

/** Oldest first. */
const FILED = Array.from({ length: FILES }, (_, index) => fileOf(index));
const LIVE = FILED.filter(({ expires_at }) => expires_at === null);

let store: MemoryObjectStore;
let bulk: TestBulk;

beforeAll(async () => {
  store = new MemoryObjectStore();
  bulk = createTestBulk({ store, clock: { nowMs: (BASE_SECONDS + 10 * FILES) * 1000 } });
  await Promise.all(FILED.map(async (file) => await bulk.files.register(TENANT, file)));
  // Entries whose record was never written, or is deleted already: at the front, in between and at the end.
  const orphans = [-1, 500.5, 500.7, FILES + 1].map((index) => ({
    ...fileOf(0),
    id: timeOrderedId('file-', (BASE_SECONDS + index) * 1000, 'orphan'),
  }));
  for (const file of orphans) await store.put(objectKeys.fileIndexEntry(TENANT, file.id, packFileFacts(file)), '');
});

async function walk(query: Omit<FileQuery, 'after'>): Promise<FileObject[]> {
  const found: FileObject[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await bulk.files.list(TENANT, { ...query, ...(after === undefined ? {} : { after }) });
    expect(page.data.length).toBeLessThanOrEqual(query.limit);
    expect([page.first_id, page.last_id]).toEqual([page.data[0]?.id ?? null, page.data.at(-1)?.id ?? null]);
    found.push(...page.data);
    if (!page.has_more || page.last_id === null) return found;
    after = page.last_id;
  }
}

describe('StoredFiles.list', () => {
  it('gives all files in one page of 10,000, newest first, as their records have them', async () => {
    const page = await bulk.files.list(TENANT, { limit: 10_000, order: 'desc' });
    expect([page.data, page.has_more]).toEqual([LIVE.toReversed(), false]);
  });

  it('gives them oldest first', async () => {
    const page = await bulk.files.list(TENANT, { limit: 10_000, order: 'asc' });
    expect([page.data, page.has_more]).toEqual([LIVE, false]);
  });

  it.each([
    ['desc', 7],
    ['desc', 100],
    ['desc', 999],
    ['desc', 1000],
    ['asc', 250],
  ] as const)('pages in order %s, %i at a time, without gap and repetition', async (order, limit) => {
    expect(await walk({ limit, order })).toEqual(order === 'asc' ? LIVE : LIVE.toReversed());
  });

  it('filters by purpose, in both orders', async () => {
    const outputs = LIVE.filter(({ purpose }) => purpose === 'batch_output');
    expect(await walk({ limit: 50, order: 'desc', purpose: 'batch_output' })).toEqual(outputs.toReversed());
    expect(await walk({ limit: 200, order: 'asc', purpose: 'batch_output' })).toEqual(outputs);
    expect(await walk({ limit: 50, order: 'desc', purpose: 'evals' })).toEqual([]);
  });

  it('says whether there is more, exactly', async () => {
    const newest = LIVE.toReversed();
    const rest = async (from: number, limit: number): Promise<[number, boolean]> => {
      const after = newest[from]?.id ?? '';
      const { data, has_more } = await bulk.files.list(TENANT, { limit, order: 'desc', after });
      return [data.length, has_more];
    };
    expect(await rest(newest.length - 6, 5)).toEqual([5, false]);
    expect(await rest(newest.length - 6, 4)).toEqual([4, true]);
    expect(await rest(newest.length - 1, 5)).toEqual([0, false]);
  });

  it('shows nothing of other tenants', async () => {
    expect((await bulk.files.list('other', { limit: 100, order: 'desc' })).data).toEqual([]);
  });

  it('asks the store for two listings side by side and nothing else, however long the page', async () => {
    for (const query of [{ limit: 20 }, { limit: 500 }, { limit: 20, purpose: 'vision' }]) {
      const counted = new FaultyStore(store);
      const reader = createTestBulk({ store: counted, clock: bulk.clock });
      await reader.files.list(TENANT, { ...query, order: 'desc' });
      expect(counted.calls).toBe(2);
    }
  });

  it('finds rare files without a listing for each of those in between', async () => {
    const rare = createTestBulk({ clock: bulk.clock });
    await Promise.all(
      FILED.slice(0, 600).map(async (file, index) => {
        await rare.files.register(TENANT, { ...file, expires_at: null, purpose: index === 0 ? 'evals' : 'batch' });
      }),
    );
    const counted = new FaultyStore(rare.store);
    const reader = createTestBulk({ store: counted, clock: bulk.clock });
    const { data } = await reader.files.list(TENANT, { limit: 1, order: 'desc', purpose: 'evals' });
    expect(data.map(({ id }) => id)).toEqual([FILED[0]?.id]);
    expect(counted.calls).toBeLessThan(10);
  });

  it('skips no file at the end of a page when others come while it is read', async () => {
    const busy = new ArrivingStore();
    const reader = createTestBulk({ store: busy, clock: bulk.clock });
    const first = FILED.slice(0, 40).filter(({ expires_at }) => expires_at === null);
    for (const file of first) await reader.files.register(TENANT, file);
    busy.arriving = FILED.slice(100, 130).filter(({ expires_at }) => expires_at === null);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await reader.files.list(TENANT, { limit: 7, order: 'desc', ...(after ? { after } : {}) });
      seen.push(...page.data.map(({ id }) => id));
      after = page.has_more ? (page.last_id ?? undefined) : undefined;
    } while (after !== undefined);
    const here = new Set(first.map(({ id }) => id));
    expect(seen.filter((id) => here.has(id))).toEqual([...here].toReversed());
    expect(seen).toEqual(seen.toSorted());
  });

  it('refuses a cursor that is no id of a file', async () => {
    const cursor = bulk.files.list(TENANT, { limit: 5, order: 'asc', after: '../jobs' });
    await expect(cursor).rejects.toMatchObject({ reason: 'invalid_value', param: 'after' });
  });
});

/** Files arrive between the listing of entries and that of records. */
class ArrivingStore extends MemoryObjectStore {
  arriving: readonly FileObject[] = [];

  override async list(prefix: string, options?: { startAfter?: string; limit?: number }): Promise<ListPage> {
    if (prefix === objectKeys.fileRecords(TENANT)) {
      const files = new StoredFiles({ store: this, records: new RecordStore(this), batchFileSeconds: 3600 });
      const arrived = this.arriving;
      this.arriving = [];
      for (const file of arrived) await files.register(TENANT, file);
    }
    return await super.list(prefix, options);
  }
}
