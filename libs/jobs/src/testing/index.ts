export { collectGarbage } from './collect-garbage.js';
export { createTestBulk, TENANT, type TestBulk, type TestBulkOptions } from './create-test-bulk.js';
export {
  answering,
  BACKOFF_MS,
  createTestWebhooks,
  endJob,
  eventsOf,
  outboxOf,
  RETRY_MS,
} from './create-test-webhooks.js';
export {
  createBatch,
  drainQueue,
  driveToEnd,
  listKeys,
  parseRows,
  readCommit,
  readRows,
  requestLine,
  requestLines,
  runChunk,
  startJob,
  streamOf,
  until,
  uploadInput,
} from './drive-bulk.js';
export { FAULTS, FaultyStore, type Fault } from './faulty-store.js';
export { GatedStore } from './gated-store.js';
export { MemoryJobQueue } from './memory-job-queue.js';
export { MemoryOutstandingCalls } from './memory-outstanding-calls.js';
export { newChunkContext, newChunkLines } from './new-chunk-context.js';
export { newBodyLine, newPackLines } from './new-pack-lines.js';
export { newJobRecord } from './new-job-record.js';
export { ANYBODY, newPlace, slotsAt } from './new-place.js';
export { newLineWork, type NewLineWork } from './new-line-work.js';
export { DeferredVectors } from './deferred-vectors.js';
export { ScriptedDeferredCalls } from './scripted-deferred-calls.js';
export {
  answerOf,
  embeddingOf,
  embeddingsOf,
  failureOf,
  hang,
  ScriptedModels,
  type Script,
} from './scripted-models.js';
export { seededRandom } from './seeded-random.js';
export { MemoryCapacityBoard } from './memory-capacity-board.js';
