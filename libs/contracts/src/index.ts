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
export { CompleteUploadDto, CreatePartLinkDto, CreateUploadDto } from './openai/create-upload.dto.js';
export type { FileContentLink, UploadObject, UploadPartLink, UploadPartObject } from './openai/upload-object.js';
export type { UploadCompletion, UploadRecord } from './jobs/upload-record.js';
export {
  WEBHOOK_ENDPOINT_STATUSES,
  type DeletedWebhookEndpoint,
  type WebhookEndpointObject,
  type WebhookEndpointWithSecretObject,
  type WebhookTestResult,
} from './openai/webhook-endpoint.js';
export {
  CreateWebhookEndpointDto,
  RotateWebhookSecretDto,
  TestWebhookEndpointDto,
  UpdateWebhookEndpointDto,
} from './openai/webhook-endpoint.dto.js';
export { WEBHOOK_EVENT_TYPES, type WebhookEvent, type WebhookEventType } from './openai/webhook-event.js';
export { toListPage, type ListPageObject } from './openai/list-page.js';
export type { JobEstimate } from './jobs/job-estimate.js';
export type { ChunkCommit, CommittedData, TokenSums, YieldedCalls } from './jobs/chunk-commit.js';
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
export {
  WEBHOOK_OUTCOMES,
  type RetiredSecret,
  type SettledWebhook,
  type WebhookDelivery,
  type WebhookEndpointRecord,
  type WebhookOutcome,
} from './jobs/webhook-records.js';
export {
  chunkName,
  objectKeys,
  parseActiveMarker,
  parseEndedMarker,
  parseWebhookDelivery,
} from './jobs/object-keys.js';
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
