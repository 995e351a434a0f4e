import { describe, expect, it } from 'vitest';
import { objectKeys, type BatchObject } from '#contracts';
import { newTimeOrderedId } from '#platform';
import {
  createBatch,
  createTestBulk,
  FaultyStore,
  requestLines,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

async function createBatches(bulk: TestBulk, count: number): Promise<BatchObject[]> {
  const inputFileId = await uploadInput(bulk, requestLines(1));
  const batches: BatchObject[] = [];
  for (let index = 0; index < count; index++) {
    bulk.clock.nowMs += 1;
    batches.unshift(await createBatch(bulk, inputFileId));
  }
  return batches;
}

/** What a create leaves that never reached its record. */
async function leaveOrphans(bulk: TestBulk, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    bulk.clock.nowMs += 1;
    await bulk.jobs.enterIndex(TENANT, newTimeOrderedId('batch_', bulk.clock.nowMs));
  }
}

async function walk(bulk: TestBulk, limit: number): Promise<BatchObject[]> {
  const found: BatchObject[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await bulk.batches.list(TENANT, { limit, ...(after === undefined ? {} : { after }) });
    expect(page.data.length).toBeLessThanOrEqual(limit);
    found.push(...page.data);
    if (!page.has_more || page.last_id === null) return found;
    after = page.last_id;
  }
}

describe('StoredBatches.list', () => {
  it('pages newest first, without gap and repetition', async () => {
    const bulk = createTestBulk();
    const batches = await createBatches(bulk, 25);
    for (const limit of [1, 10, 24, 25, 100]) expect(await walk(bulk, limit)).toEqual(batches);
  });

  it('has no page of a tenant without batches', async () => {
    const bulk = createTestBulk();
    await createBatches(bulk, 2);
    expect(await bulk.batches.list('other', { limit: 20 })).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it('never shows an empty or short page because of creates that failed half way', async () => {
    const bulk = createTestBulk();
    const oldest = await createBatches(bulk, 3);
    await leaveOrphans(bulk, 7);
    const middle = await createBatches(bulk, 2);
    await leaveOrphans(bulk, 7);
    const all = [...middle, ...oldest];
    for (const limit of [1, 2, 3, 5, 20]) {
      expect(await walk(bulk, limit)).toEqual(all);
      expect((await bulk.batches.list(TENANT, { limit })).data).toHaveLength(Math.min(limit, all.length));
    }
  });

  it('says that there is no more when only such entries follow', async () => {
    const bulk = createTestBulk();
    await leaveOrphans(bulk, 3);
    const batches = await createBatches(bulk, 2);
    expect(await bulk.batches.list(TENANT, { limit: 2 })).toMatchObject({ data: batches, has_more: false });
  });

  it('costs one listing and the records of its page', async () => {
    const bulk = createTestBulk();
    await createBatches(bulk, 10);
    const counted = new FaultyStore(bulk.store);
    const reader = createTestBulk({ store: counted, clock: bulk.clock });
    await reader.batches.list(TENANT, { limit: 5 });
    expect(counted.calls).toBeLessThanOrEqual(1 + 6);
  });

  it('refuses a cursor that is no batch', async () => {
    const bulk = createTestBulk();
    await expect(bulk.batches.list(TENANT, { limit: 5, after: '../x' })).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'after',
    });
  });

  it('goes on behind a batch whose record is gone', async () => {
    const bulk = createTestBulk();
    const batches = await createBatches(bulk, 3);
    const [first] = batches;
    await bulk.store.delete([objectKeys.jobRecord(TENANT, first?.id ?? '')]);
    const page = await bulk.batches.list(TENANT, { limit: 5, after: first?.id ?? '' });
    expect(page.data).toEqual(batches.slice(1));
  });
});
