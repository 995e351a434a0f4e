import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newJobRecord } from '../testing/index.js';
import { JobRecords } from './job-records.js';

const RECORD = newJobRecord();
const { tenant, id } = RECORD;

function start(): { store: MemoryObjectStore; jobs: JobRecords } {
  const store = new MemoryObjectStore();
  return { store, jobs: new JobRecords(store, new RecordStore(store)) };
}

describe('JobRecords.createOnce, whose last write gets no answer', () => {
  it('succeeds when the write took effect, though it could not be read back at first', async () => {
    const { store, jobs } = start();
    store.loseAnswers('reported');
    store.failNext('get', 2);
    await jobs.createOnce(RECORD);
    expect(await jobs.find(tenant, id)).toEqual(RECORD);
  });

  it('fails when the write had no effect, and what lands late has none either', async () => {
    const { store, jobs } = start();
    store.failNext('put');
    await expect(jobs.createOnce(RECORD)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    const late = store.put(objectKeys.jobRecord(tenant, id), 'late', { condition: { absent: true } });
    await expect(late).rejects.toMatchObject({ reason: 'precondition_failed' });
    expect(await jobs.find(tenant, id)).toBeUndefined();
    await expect(jobs.read(tenant, id)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('waits for the store as long as it has to, since an error would be a promise that nothing runs', async () => {
    const { store, jobs } = start();
    store.failNext('put', 3);
    store.failNext('get', 1);
    await expect(jobs.createOnce(RECORD)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect(await jobs.find(tenant, id)).toBeUndefined();
  });

  it('leaves nothing behind that a process of an older version would run', async () => {
    const { store, jobs } = start();
    store.failNext('put');
    await jobs.createOnce(RECORD).catch(() => undefined);
    const stored = await new RecordStore(store).read(objectKeys.jobRecord(tenant, id));
    expect(stored?.value).toMatchObject({ status: 'failed', withdrawn: true, counts: { total: 0 } });
    expect(await jobs.apply(tenant, id, { kind: 'planned', model: 'm', total: 1 })).toMatchObject({ status: 'failed' });
  });

  it('lets the same job be created later, and no write of the create before lands on it', async () => {
    const { store, jobs } = start();
    for (let failed = 0; failed < 2; failed++) {
      store.failNext('put', failed + 1);
      await expect(jobs.createOnce(RECORD)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    }
    expect(await jobs.createOnce(RECORD)).toEqual(RECORD);
    expect(await jobs.createOnce({ ...RECORD, keyId: 'another' })).toEqual(RECORD);
    expect(await jobs.find(tenant, id)).toEqual(RECORD);
  });
});
