import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createBatch,
  createTestBulk,
  drainQueue,
  driveToEnd,
  FaultyStore,
  listKeys,
  requestLines,
  TENANT,
  uploadInput,
  type Fault,
} from '../testing/index.js';

const HOUR_MS = 3_600_000;

/** A create whose call number `at` goes wrong. The answer is the batch's id, why it was refused, or that the process died. */
async function createWith(fault: Fault, at: number) {
  const store = new MemoryObjectStore();
  const healthy = createTestBulk({ store });
  const inputFileId = await uploadInput(healthy, requestLines(2));
  const way = new FaultyStore(store, at, fault);
  const api = createTestBulk({ store: way, clock: healthy.clock });
  const created = createBatch(api, inputFileId).then(
    ({ id }) => ({ id }),
    (error: unknown) => ({ error }),
  );
  const answer = await Promise.race([created, way.crashed.then(() => 'died' as const)]);
  return { healthy, inputFileId, answer, reached: way.calls >= at };
}

describe('StoredBatches.create over a store that fails', () => {
  it('takes four calls in a row at most, the record last', async () => {
    const { answer, reached } = await createWith('refused', 100);
    expect([typeof answer, reached]).toEqual(['object', false]);
    const { healthy } = await createWith('crash-before', 5);
    expect(await listKeys(healthy, objectKeys.activeMarker(TENANT, ''))).toHaveLength(1);
    expect(await listKeys(healthy, `t/${TENANT}/records/jobs/`)).toEqual([]);
  });

  it('acknowledges nothing and runs nothing when any of its calls is refused', async () => {
    let refused = 0;
    for (let at = 1; ; at++) {
      const { healthy, inputFileId, answer, reached } = await createWith('refused', at);
      if (!reached) break;
      refused++;
      expect(answer).toMatchObject({ error: { reason: 'storage_unavailable' } });
      await healthy.sweeper.sweep();
      await drainQueue(healthy);
      expect(healthy.models.inputs).toEqual([]);
      expect((await healthy.batches.list(TENANT, { limit: 20 })).data).toEqual([]);

      // What it left is swept away after an hour, and holds the input no longer.
      healthy.clock.nowMs = Date.now() + HOUR_MS + 60_000;
      await healthy.sweeper.sweep();
      expect(await listKeys(healthy, objectKeys.active)).toEqual([]);
      await healthy.files.delete(TENANT, inputFileId);
      expect(await listKeys(healthy, 't/')).toEqual([]);
    }
    expect(refused).toBeGreaterThanOrEqual(5);
  });

  it.each(['answer-lost', 'crash-before', 'crash-after'] as const)(
    'runs what was recorded to its end and nothing else, whichever call meets %s',
    async (fault) => {
      for (let at = 1; ; at++) {
        const { healthy, answer, reached } = await createWith(fault, at);
        if (!reached) break;
        const recorded = await listKeys(healthy, `t/${TENANT}/records/jobs/`);
        // A process that died has said nothing; any other must have said what is stored.
        const said = answer === 'died' ? recorded : 'id' in answer ? [answer.id] : [];
        expect(recorded).toEqual(said);
        for (const id of recorded) expect(await driveToEnd(healthy, id)).toMatchObject({ status: 'completed' });
        expect(healthy.models.inputs).toHaveLength(recorded.length * 2);
      }
    },
  );
});
