export { Batches, type BatchCaller } from './batches/batches.port.js';
export type { Bulk, BulkCheck } from './bulk.types.js';
export { workerOptions } from './bullmq/worker-options.js';
export type { ChunkResult } from './chunks/chunk-result.js';
export type { ControlResult } from './control-tasks.js';
export type { CreateAttempt } from './creates/creates.types.js';
export { createApiBulk, type ApiBulkOptions } from './create-api-bulk.js';
export { createWorkerBulk, type WorkerBulk, type WorkerBulkOptions } from './create-worker-bulk.js';
export { contentDisposition } from './files/content-disposition.js';
export { Links } from './links/links.port.js';
export { Files, type FileContent, type FileQuery, type NewFile } from './files/files.port.js';
export { Jobs, type JobLook } from './jobs-face/jobs.port.js';
export {
  Recordings,
  type HeardSoFar,
  type RecordingFollower,
  type RecordingRequest,
  type RecordingState,
  type RecordingTicket,
  type RenderedText,
} from './recordings/recordings.port.js';
export { Uploads, type NewPart } from './uploads/uploads.port.js';
export type { JobResults, ResultQuery } from './results/result-reader.js';
export { readBulkConfig, readWorkerBulkConfig, type BulkConfig, type WorkerBulkConfig } from './jobs.config.js';
export type { CapacityView } from './sharing/capacity-metrics.js';
export { WebhookEndpoints } from './webhooks/webhook-endpoints.js';
export type { BulkTarget } from './models/bulk-models.port.js';
