import type { GpuShapeName } from '../../engines/gpu/gpu-shapes.js';

/** `speech-emd`: EMD's whisper, audio by S3 URI. `speech`: a form with the audio in it, as vLLM and WhisperX take it. */
export type EngineKind = 'chat' | 'embedding' | 'rerank' | 'speech' | 'speech-emd';

/** How a container cuts its stream into events: SSE as stock vLLM, or one JSON object a line as EMD's containers. */
export type StreamFraming = 'sse' | 'json-lines';

/** Set for an endpoint that takes asynchronous calls, and then takes no others. */
export interface AsyncInference {
  /** `s3://bucket/prefix` */
  readonly s3OutputPath: string;
  /** `s3://bucket/prefix`; without it a failed inference leaves nothing in S3. */
  readonly s3FailurePath?: string;
  readonly maxConcurrentInvocationsPerInstance: number;
  /** Instances that run now; with none calls wait in the queue. May be changed while they do. Absent: one. */
  readonly instances?: number;
  /** Takes waiting calls in random order, as a queue over several instances does. Absent: first come, first served. */
  readonly shuffled?: boolean;
  /** Where finished inferences are announced, in the shape of an SNS notification to an HTTP subscriber. */
  readonly notificationUrl?: string;
}

/** An endpoint of the stand-in, and the container behind it. */
export interface EndpointDefinition {
  readonly name: string;
  /** Name under which the container serves its model; another `model` in a body is answered with 404. */
  readonly model: string;
  readonly engine: EngineKind;
  readonly framing: StreamFraming;
  /** Whether an SSE stream ends with `data: [DONE]`. */
  readonly doneMarker: boolean;
  readonly async?: AsyncInference;
  /** What the container spends before it generates. */
  readonly latencyMs: number;
  /** What the container spends on each generated token. */
  readonly tokenDelayMs: number;
  /** The simulated GPU that says when answers and tokens come, instead of `tokenDelayMs`. */
  readonly gpu?: GpuShapeName;
  /** Calls that the container works on at once; more wait in line, as in a real engine. Absent: no bound. */
  readonly concurrency?: number;
  /** Images that one chat request may hold; 0 for a model that sees none. */
  readonly maxImages: number;
  /** Context window in tokens; for an embedding model the length of one input. */
  readonly maxModelTokens: number;
  /** Length of an embedding. */
  readonly dimensions: number;
  /** Set where the endpoint hosts inference components: calls must then name this one. */
  readonly inferenceComponent?: string;
  /** Request and response body of a realtime call. */
  readonly payloadLimitBytes: number;
  /** How long a call that is not streamed may take. */
  readonly invocationTimeoutMs: number;
  /** How long a streamed call may take. */
  readonly streamTimeoutMs: number;
}

/** What has to be said of an endpoint; the rest has defaults. `async: true` means the defaults for that, too. */
export type EndpointInput = Pick<EndpointDefinition, 'name' | 'model' | 'engine'> &
  Partial<Omit<EndpointDefinition, 'async'>> & {
    readonly async?: boolean | Partial<AsyncInference>;
  };
