import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import type { ReadOptions, StoredObject } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  collectGarbage,
  createTestBulk,
  driveToEnd,
  failureOf,
  FaultyStore,
  listKeys,
  parseRows,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

async function read(bulk: TestBulk, jobId: string, after?: string) {
  const { body, ...rest } = await bulk.batches.results(TENANT, jobId, after === undefined ? {} : { after });
  const rows = parseRows(Buffer.from(await text(body)));
  return { ids: rows.map(({ custom_id }) => custom_id), ...rest };
}

function failLine(bulk: TestBulk, failing: string): void {
  bulk.models.script = (call) => {
    if (call.input === failing) throw failureOf('upstream_rejected');
    return answerOf(call);
  };
}

describe('ResultReader', () => {
  it('has nothing of a job that has not begun', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    expect(await read(bulk, id)).toEqual({ ids: [], isComplete: false, cursor: '' });
  });

  it('gives what is committed while the job runs, in input order, failures among it', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    failLine(bulk, 'text 4');
    const id = await startJob(bulk, requestLines(8));
    for (const chunk of [2, 0]) await runChunk(bulk, id, chunk);
    expect(await read(bulk, id)).toEqual({
      ids: ['line-0', 'line-1', 'line-5', 'line-4'],
      isComplete: false,
      cursor: '0.2',
    });
  });

  it('goes on behind a cursor with what has come since, also where that lies before', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const id = await startJob(bulk, requestLines(8));
    await runChunk(bulk, id, 2);
    const first = await read(bulk, id);
    for (const chunk of [0, 3]) await runChunk(bulk, id, chunk);
    const second = await read(bulk, id, first.cursor);
    expect(second).toMatchObject({ ids: ['line-0', 'line-1', 'line-6', 'line-7'], cursor: '0.2-3' });
    expect(await read(bulk, id, second.cursor)).toMatchObject({ ids: [], isComplete: false });
    await driveToEnd(bulk, id);
    expect(await read(bulk, id, second.cursor)).toEqual({
      ids: ['line-2', 'line-3'],
      isComplete: true,
      cursor: '0-3',
    });
  });

  it('gives the files of a job that has ended', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    failLine(bulk, 'text 0');
    const id = await startJob(bulk, requestLines(4));
    await driveToEnd(bulk, id);
    expect(await read(bulk, id)).toEqual({
      ids: ['line-1', 'line-2', 'line-3', 'line-0'],
      isComplete: true,
      cursor: undefined,
    });
  });

  it('says that parts are gone once they were collected, and still gives the files', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(4));
    await driveToEnd(bulk, id);
    expect((await read(bulk, id, '0')).ids).toEqual(['line-2', 'line-3']);
    bulk.clock.nowMs += 2 * 86_400_000;
    await collectGarbage(bulk);
    await expect(read(bulk, id, '0')).rejects.toMatchObject({ reason: 'not_found', param: 'after' });
    expect((await read(bulk, id, '0-1')).ids).toEqual([]);
    expect((await read(bulk, id)).ids).toHaveLength(4);
  });

  it('never takes less than all for all: deleted files and parts are not found', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const id = await startJob(bulk, requestLines(4));
    const { outputFileId } = await driveToEnd(bulk, id);
    const commits = objectKeys.commits(TENANT, id);
    await bulk.store.delete([`${commits}${(await listKeys(bulk, commits))[0] ?? ''}`]);
    await expect(read(bulk, id, '1')).rejects.toMatchObject({ reason: 'not_found', param: 'after' });
    await bulk.files.delete(TENANT, outputFileId ?? '');
    await expect(read(bulk, id)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('fails where a part goes while it is read, and never gives less as if it were all', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const id = await startJob(bulk, requestLines(4));
    for (const chunk of [0, 1]) await runChunk(bulk, id, chunk);
    const { body } = await bulk.batches.results(TENANT, id, {});
    await bulk.store.delete([objectKeys.commit(TENANT, id, 1)]);
    await expect(text(body)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('reads the next commits beside the rows, a few and not all', async () => {
    const read: string[] = [];
    class ListeningStore extends FaultyStore {
      override async get(key: string, options?: ReadOptions): Promise<StoredObject> {
        read.push(key);
        return await super.get(key, options);
      }
    }
    const bulk = createTestBulk({ chunkLines: 1, store: new ListeningStore(new MemoryObjectStore()) });
    const id = await startJob(bulk, requestLines(40));
    for (let chunk = 0; chunk < 40; chunk++) await runChunk(bulk, id, chunk);
    read.length = 0;
    const { body } = await bulk.batches.results(TENANT, id, {});
    const commits = (): number => read.filter((key) => key.startsWith(objectKeys.commits(TENANT, id))).length;
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();

    expect(commits()).toBeGreaterThan(1);
    expect(commits()).toBeLessThan(30);
    body.destroy();
  });

  it.each(['x', '1-', '-1', '1..2', '1,2', '1-2-3', '9'.repeat(12)])('refuses the cursor %s', async (cursor) => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(1));
    await expect(read(bulk, id, cursor)).rejects.toMatchObject({ reason: 'invalid_value', param: 'after' });
  });
});
