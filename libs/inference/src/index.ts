export { readOnlyEmbedding } from './adapters/embeddings/read-only-embedding.js';
export { readEmbeddingInputs, type EmbeddingInputs } from './adapters/embeddings/read-embedding-inputs.js';
export { readIndexedRows } from './adapters/embeddings/embedding-rows.js';
export { renderEmbeddings } from './adapters/embeddings/render-embeddings.js';
export { rowsPerReply } from './adapters/embeddings/row-sizes.js';
export { readRequestedModel } from './adapters/openai/read-requested-model.js';
export { hoistStream } from './adapters/openai/seed-invocation.js';
export { validateChatRequest } from './adapters/openai/validate-chat-request.js';
export { validateEmbeddingsRequest, type EmbeddingsRequest } from './adapters/openai/validate-embeddings-request.js';
export { validateRerankRequest } from './adapters/openai/validate-rerank-request.js';
export { pieceBounds, type PieceBounds } from './adapters/piece-bounds.js';
export { renderTranscript } from './audio-formats/render-transcript.js';
export type { Transcript } from './audio-formats/transcript.types.js';
export { mayGiveUp, startCapacity, stepCapacity } from './capacity/sharing/capacity-law.js';
export type { CapacitySample, CapacitySettings, CapacityState } from './capacity/sharing/capacity.types.js';
export { EndpointSignals, type SignalCounts } from './capacity/sharing/endpoint-signals.js';
export { addSums, NO_CALLS, type LatencySums } from './capacity/sharing/latency-fit.js';
export { YieldBudget } from './capacity/sharing/yield-budget.js';
export { readStretch } from './capacity/sharing/realtime-latency.js';
export { Catalog } from './catalog/catalog.js';
export { checkModelType } from './catalog/check-model-type.js';
export { chooseTransport, type AnswerMode } from './catalog/choose-transport.js';
export { endpointName } from './catalog/endpoint-name.js';
export { membersOf } from './catalog/members-of.js';
export { createHttpTarget } from './catalog/create-http-target.js';
export { loadCatalog } from './catalog/load-catalog.js';
export { parseCatalog } from './catalog/parse-catalog.js';
export type {
  AdapterName,
  HttpTarget,
  ModelEntry,
  ModelLimits,
  ModelOptions,
  ModelTarget,
  ModelType,
  SageMakerTarget,
  SharingOptions,
  TransportName,
} from './catalog/model-entry.types.js';
export { packLimitsOf, type PackLimits } from './catalog/pack-limits.js';
export { createInference, type Inference } from './create-inference.js';
export {
  DeferredCalls,
  type DeferredFailure,
  type DeferredWay,
  type EncodedCall,
  type Submission,
  type SubmitResult,
} from './deferred/deferred-calls.port.js';
export { readInferenceConfig, type InferenceConfig } from './inference.config.js';
export {
  OPERATIONS,
  StreamingUseCase,
  UseCase,
  type InferenceCall,
  type InferenceReply,
  type InferenceStream,
  type Operation,
  type Usage,
} from './inference.types.js';
export { recordingDurationSeconds } from './audio-formats/duration/recording-duration.js';
export { readTranscriptionRequest } from './use-cases/transcriptions/read-transcription-request.js';
export { deltaFrame, DONE_FRAME, doneFrame } from './use-cases/transcriptions/transcript-events.js';
export type { AudioFile } from './audio-formats/transcription-request.types.js';
export { PieceTranscriber } from './use-cases/transcriptions/piece-transcriber.js';
export { SpeechUseCase } from './use-cases/transcriptions/speech.use-case.js';
export type {
  FormFields,
  TranscriptionCall,
  TranscriptionReply,
} from './use-cases/transcriptions/transcription.types.js';
export { UpstreamClock } from './upstream-clock.js';
