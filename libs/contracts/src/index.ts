export { ERROR_CODES, type ErrorDescription, type ErrorReason } from './errors/error-codes.js';
export { renderOpenAiError, type OpenAiErrorBody, type RenderableError } from './errors/openai-error.js';
export {
  BATCH_ENDPOINTS,
  BATCH_STATUSES,
  TERMINAL_STATUSES,
  type BatchEndpoint,
  type JobEndpoint,
  type BatchInputError,
  type BatchObject,
  type BatchStatus,
  type BatchUsage,
  type RequestCounts,
} from './openai/batch-object.js';
export {
  COMPLETION_WINDOWS,
  CreateBatchDto,
  ExpiresAfterDto,
  type CompletionWindow,
} from './openai/create-batch.dto.js';
export { CREATABLE_JOB_TYPES, CreateJobDto } from './openai/create-job.dto.js';
export type { JobObject, JobProgress } from './openai/job-object.js';
export {
  UPLOAD_PURPOSES,
  type DeletedFile,
  type FileObject,
  type FilePurpose,
  type UploadPurpose,
} from './openai/file-object.js';
export { toListPage, type ListPageObject } from './openai/list-page.js';
export type { JobEstimate } from './jobs/job-estimate.js';
export type { ChunkCommit, CommittedData, TokenSums } from './jobs/chunk-commit.js';
export type { BulkVia, JobPlan, PlannedChunk, RecordingPlan } from './jobs/job-plan.js';
export {
  INPUT_FORMATS,
  OUTPUT_FORMATS,
  VECTOR_TYPES,
  JOB_KINDS,
  TIMESTAMP_GRANULARITIES,
  TRANSCRIPTION_FORMATS,
  JOB_PRIORITIES,
  priorityRank,
  type EmbeddingsOrder,
  type InputFormat,
  type JobKind,
  type JobOutcome,
  type JobPriority,
  type JobRecord,
  type OutputFormat,
  type VectorType,
  type RetrySource,
  type TimestampGranularity,
  type TranscriptionFormat,
  type TranscriptionOrder,
} from './jobs/job-record.js';
export { chunkName, objectKeys, parseActiveMarker, parseEndedMarker } from './jobs/object-keys.js';
export {
  CONTROL_QUEUE,
  CONTROL_TASKS,
  chunkQueueName,
  queueIds,
  redisNames,
  type ChunkPayload,
  type ControlPayload,
  type ControlTask,
  type JobHint,
} from './jobs/queues.js';
export { validateContract, type ValidationResult } from './validation/validate-contract.js';
export type { ValidationFault } from './validation/validation-fault.js';
