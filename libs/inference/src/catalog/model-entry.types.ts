import type { Operation } from '../inference.types.js';

/** What a model is; decides which routes it answers. */
export const MODEL_TYPES = ['chat', 'vision', 'embedding', 'rerank', 'transcription', 'custom'] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/** Ways of calling that a model's target offers. */
export const TRANSPORT_NAMES = ['invoke', 'invoke-stream', 'openai-route', 'async', 'http'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

/** The dialect that the model server speaks. */
export const ADAPTER_NAMES = ['openai', 'tei', 'emd-transformers', 'emd-whisper', 'whisper-multipart', 'raw'] as const;
export type AdapterName = (typeof ADAPTER_NAMES)[number];

export interface SageMakerTarget {
  readonly kind: 'sagemaker';
  /** Endpoint name, as SageMaker lists it. */
  readonly endpoint: string;
  readonly inferenceComponent?: string;
  /** Absent = the region that the AWS SDK finds for this process. */
  readonly region?: string;
}

/** Any server that speaks HTTP: ECS services, Ollama, vLLM, llama.cpp, TEI. Made by `createHttpTarget`. */
export interface HttpTarget {
  readonly kind: 'http';
  /** What budgets, queues and circuit breakers call this server; follows from `baseUrl`, letters, digits and hyphens. */
  readonly endpoint: string;
  readonly inferenceComponent?: undefined;
  readonly region?: undefined;
  /** Scheme, host and path prefix without a slash at the end and without `/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token. Never logged. */
  readonly apiKey?: string;
  /** Sent with every call, lower-case names; for servers that want more than a bearer token. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ModelTarget = SageMakerTarget | HttpTarget;

/** How an asynchronous endpoint is called. */
export interface AsyncOptions {
  /** Under which inputs are written. */
  readonly inputPrefix: string;
  /** Seconds that the container may work on one call. */
  readonly timeoutSeconds: number;
  /** Seconds that a call may wait in SageMaker's queue. */
  readonly ttlSeconds: number;
  /** Calls of bulk work that may wait or run at the endpoint at once, over all workers; none can be taken back. */
  readonly outstanding: number;
}

/** An asynchronous endpoint of the same model, for large jobs alone. */
export interface BulkWay {
  readonly target: SageMakerTarget;
  readonly async: AsyncOptions;
  /** Jobs with fewer lines stay on the entry's own target. */
  readonly minLines: number;
  /** Seconds that the endpoint may need from zero instances to its first answer. */
  readonly startSeconds: number;
  /** Seconds that one call takes, roughly; what a job's expected time is reckoned with. */
  readonly callSeconds: number;
  /** Calls that the endpoint works on at once when it is scaled out. */
  readonly concurrency: number;
}

/** What a call that several lines of bulk work share may hold. */
export interface PackingOptions {
  /** Most inputs; 1 gives each line a call of its own. */
  readonly inputs?: number;
  /** Most tokens, as they are estimated before the call. */
  readonly tokens?: number;
  /** Milliseconds that such a call should take; its size follows from how long earlier ones took. */
  readonly targetMs?: number;
}

/** What one model server does differently from the others of its adapter. */
export interface ModelOptions {
  /** The engine answers streamed requests only; whole answers are put together from a stream. */
  readonly streamOnly?: boolean;
  /** Fields that OpenAI does not know travel inside `extra_body`. */
  readonly extraBody?: boolean;
  /** The role that `developer` messages are sent under. */
  readonly developerRole?: 'system';
  /** Handed to the container with every SageMaker call; at most 1,024 characters of printable ASCII. */
  readonly customAttributes?: string;
  /** Send a digest of the caller's tenant, so that a prefix-aware endpoint routes it to where its prefixes are cached. */
  readonly prefixAwareId?: boolean;
  /** The name of the model inside a whisper server. */
  readonly whisperModel?: string;
  /** Bounds of the calls that lines of bulk work share, where they differ from those of the adapter. */
  readonly packing?: PackingOptions;
  /** Set for every model that is reached through `async`. */
  readonly async?: AsyncOptions;
}

export interface ModelLimits {
  /** Calls that bulk work may have in flight at once on one endpoint of this model. */
  readonly concurrency: number;
  /** Milliseconds from sending a non-streaming call to its response headers. */
  readonly requestTimeoutMs: number;
  /** Milliseconds from sending a streaming call to its first event. */
  readonly firstTokenTimeoutMs: number;
  /** Milliseconds of silence between two events of a stream, or inside a response body. */
  readonly stallTimeoutMs: number;
  /** Largest request body in bytes that is sent. */
  readonly payloadBytes: number;
}

/**
 * What becomes of bulk's calls in flight when realtime is dense. `drain`: they run to their ends. `abort`: the youngest are
 * given up and made again later, which helps on engines that stop when their client leaves.
 */
export const ON_YIELD = ['drain', 'abort'] as const;
export type OnYield = (typeof ON_YIELD)[number];

/** How bulk work and realtime share an endpoint. */
export interface SharingOptions {
  /** Calls that the endpoint works on at once without making some wait, realtime and bulk together, over all processes. */
  readonly budget: number;
  /** Calls that bulk may have in flight however busy realtime is. */
  readonly floor: number;
  /** Realtime calls within a second from which on bulk yields. */
  readonly denseArrivals: number;
  /** Percent of the budget that bulk leaves free for realtime that comes before it can yield. */
  readonly headroomPercent: number;
  readonly onYield: OnYield;
  /**
   * vLLM's `priority` of bulk's calls: what has a lower one is scheduled earlier, and realtime's calls have 0. Absent = they say
   * none, as servers without priority scheduling want it.
   */
  readonly priority?: number;
}

/** One model as callers name it and where it is reached. Frozen; a changed catalog has new entries. */
export interface ModelEntry {
  /** Public name with its tag, e.g. `Qwen2.5-7B-Instruct/dev`. */
  readonly id: string;
  readonly type: ModelType;
  /** The only endpoint, or the first of several: what queues are named after. */
  readonly target: ModelTarget;
  /**
   * The model's other endpoints, empty for most: entries that differ from this one in `target`, `limits.concurrency` and
   * `sharing.budget` alone. `membersOf` gives all of them.
   */
  readonly replicas: readonly ModelEntry[];
  /** In order of preference. */
  readonly transports: readonly TransportName[];
  readonly adapter: AdapterName;
  /** The name that the model server knows, e.g. `Qwen2.5-7B-Instruct`. */
  readonly servedName: string;
  readonly limits: ModelLimits;
  readonly sharing: SharingOptions;
  readonly aliases: readonly string[];
  readonly options: ModelOptions;
  /** Ids of models that answer, in this order, while this one cannot; same adapter, known names only are used. */
  readonly fallbacks: readonly string[];
  /** Absent where bulk work goes where realtime goes. */
  readonly bulk?: BulkWay;
}

/** The operations that each type of model answers; the first is its own. */
export const OPERATIONS_OF_TYPE = {
  chat: ['chat', 'completions', 'invocations'],
  vision: ['chat', 'completions', 'invocations'],
  embedding: ['embeddings', 'invocations'],
  rerank: ['rerank', 'invocations'],
  transcription: ['transcriptions', 'translations', 'invocations'],
  custom: ['invocations'],
} as const satisfies Record<ModelType, readonly Operation[]>;
