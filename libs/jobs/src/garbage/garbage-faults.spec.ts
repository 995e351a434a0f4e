import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  collectGarbage,
  createTestBulk,
  driveToEnd,
  FAULTS,
  FaultyStore,
  listKeys,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  uploadInput,
  type Fault,
} from '../testing/index.js';

const DAY_MS = 86_400_000;
const LONG_AGO_MS = 200 * DAY_MS;

/** An ended job, an expired file and an orphaned content, all old, beside a live job; a collector that meets a fault. */
async function runWith(fault: Fault, at: number) {
  const store = new MemoryObjectStore();
  const clock = { nowMs: Date.now() - LONG_AGO_MS };
  const bulk = createTestBulk({ store, clock });
  const ended = await startJob(bulk, requestLines(4));
  const { outputFileId } = await driveToEnd(bulk, ended);
  await bulk.files.delete(TENANT, outputFileId ?? '');
  await uploadInput(bulk, requestLines(1));
  const orphan = await uploadInput(bulk, requestLines(1));
  await store.delete([objectKeys.fileRecord(TENANT, orphan)]);
  clock.nowMs = Date.now() + LONG_AGO_MS;
  const live = await startJob(bulk, requestLines(4));
  await runChunk(bulk, live, 0);

  const way = new FaultyStore(store, at, fault);
  const unlucky = collectGarbage(createTestBulk({ store: way, clock })).catch((error: unknown) => error);
  await Promise.race([unlucky, way.crashed]);
  await Promise.all([collectGarbage(bulk), collectGarbage(bulk)]);
  return { bulk, ended, live, reached: way.calls >= at };
}

describe('The garbage collector', () => {
  it.each(FAULTS)(
    'leaves nothing behind and harms no live job, whichever of its calls meets %s, and two at once',
    async (fault) => {
      let faults = 0;
      for (let at = 1; ; at++) {
        const { bulk, ended, live, reached } = await runWith(fault, at);
        if (!reached) break;
        faults++;
        expect(await bulk.jobs.find(TENANT, ended)).toBeUndefined();
        expect(await listKeys(bulk, objectKeys.job(TENANT, ended))).toEqual([]);
        const { inputFileId } = await bulk.jobs.read(TENANT, live);
        const contents = await listKeys(bulk, objectKeys.fileContents(TENANT));
        expect(contents).toEqual([`${inputFileId}/content`, `${inputFileId}/used-by/${live}`]);
        expect(await driveToEnd(bulk, live)).toMatchObject({ status: 'completed', counts: { completed: 4 } });
      }
      expect(faults).toBeGreaterThan(15);
    },
  );
});
