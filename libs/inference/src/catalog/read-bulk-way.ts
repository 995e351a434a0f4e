import type { EntryReader } from './entry-reader.js';
import type { BulkWay } from './model-entry.types.js';
import { ASYNC_FIELDS, readAsync } from './read-async.js';
import { readTarget, TARGET_FIELDS, type ReadVariable } from './read-target.js';

export const BULK_FIELDS = ['target', 'async', 'minLines', 'startSeconds', 'callSeconds', 'concurrency'];

const MIN_LINES = 1_000;
/** Waking from zero instances was measured to take more than nine minutes. */
const START_SECONDS = 900;
const CALL_SECONDS = 1;
const CONCURRENCY = 8;

export function readBulkWay(bulk: EntryReader, readVariable: ReadVariable): BulkWay {
  const target = readTarget(bulk.nested('target', TARGET_FIELDS), readVariable);
  if (target.kind !== 'sagemaker') return bulk.fail('target', 'expected an asynchronous endpoint of kind sagemaker.');
  if (target.inferenceComponent !== undefined) {
    bulk.fail('target.inferenceComponent', 'asynchronous endpoints have none.');
  }
  const seconds = { min: 1, max: 86_400 };
  return Object.freeze({
    target,
    async: readAsync(bulk.nested('async', ASYNC_FIELDS)),
    minLines: bulk.integer('minLines', { fallback: MIN_LINES, min: 1, max: 10_000_000 }),
    startSeconds: bulk.integer('startSeconds', { fallback: START_SECONDS, ...seconds }),
    callSeconds: bulk.integer('callSeconds', { fallback: CALL_SECONDS, ...seconds }),
    concurrency: bulk.integer('concurrency', { fallback: CONCURRENCY, min: 1, max: 10_000 }),
  });
}
