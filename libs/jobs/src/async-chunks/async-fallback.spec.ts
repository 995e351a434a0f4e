import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { GatewayError } from '#platform';
import {
  createTestBulk,
  driveToEnd,
  failureOf,
  listKeys,
  requestLines,
  runChunk,
  ScriptedDeferredCalls,
  startJob,
  TENANT,
} from '../testing/index.js';

/** A model with a realtime endpoint beside the asynchronous one, which every job would take. */
function withChoice() {
  const deferred = new ScriptedDeferredCalls();
  deferred.choice = { minLines: 1, startSeconds: 1, callSeconds: 1, concurrency: 8 };
  return { deferred, bulk: createTestBulk({ deferred }) };
}

describe('A chunk of a model that has two ways', () => {
  it('goes the realtime way where the model has one and the asynchronous endpoint is not there', async () => {
    const { bulk, deferred } = withChoice();
    deferred.refuse = () => ({ kind: 'refused', error: failureOf('upstream_misconfigured') });
    const jobId = await startJob(bulk, requestLines(2));

    expect(await bulk.plans.read(TENANT, jobId)).toMatchObject({ via: 'async' });
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toEqual(['text 0', 'text 1']);
  });

  it('goes the realtime way also when the endpoint goes away after it was asked where its results come', async () => {
    const { bulk, deferred } = withChoice();
    await runChunk(bulk, await startJob(bulk, requestLines(1)), 0);
    deferred.refuse = () => ({ kind: 'refused', error: failureOf('upstream_misconfigured') });
    const jobId = await startJob(bulk, requestLines(2));

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toEqual(['text 0', 'text 1']);
  });

  it('waits for calls that stand in the queue of an endpoint that has gone away', async () => {
    const { bulk, deferred } = withChoice();
    deferred.options = { ...deferred.options, outstanding: 2 };
    const jobId = await startJob(bulk, requestLines(3));
    await runChunk(bulk, jobId, 0);
    deferred.refuse = () => ({ kind: 'refused', error: failureOf('upstream_misconfigured') });
    deferred.answer('text 0');

    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later' });
    expect(bulk.models.inputs).toEqual([]);
  });

  it('does not turn to realtime because something else than its input is not found', async () => {
    const { bulk, deferred } = withChoice();
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    deferred.list = () => Promise.reject(new GatewayError('not_found', 'The bucket of the results is not there.'));

    await expect(runChunk(bulk, jobId, 0)).rejects.toMatchObject({ reason: 'not_found' });
    expect(bulk.models.inputs).toEqual([]);
  });

  it('whose input was removed ends, and leaves no inputs behind when its job is cancelled', async () => {
    const { bulk, deferred } = withChoice();
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    const left = deferred.queued[1]?.submission.inputKey ?? '';
    await bulk.store.put(left, 'a body too long to travel inline');
    const { inputFileId } = await bulk.jobs.read(TENANT, jobId);
    await bulk.store.delete([objectKeys.fileContent(TENANT, inputFileId)]);
    await bulk.batches.cancel(TENANT, jobId);
    const record = await driveToEnd(bulk, jobId);

    expect(record).toMatchObject({ status: 'cancelled', counts: { failed: 2 } });
    expect(await listKeys(bulk, left)).toEqual([]);
  });

  it('of a plan from before there was a choice goes the way it always went', async () => {
    const deferred = new ScriptedDeferredCalls();
    const bulk = createTestBulk({ deferred });
    deferred.choice = { minLines: 1_000, startSeconds: 1, callSeconds: 1, concurrency: 8 };
    const jobId = await startJob(bulk, requestLines(2));

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(deferred.inputs).toEqual([]);
  });
});
