import type { Operation } from '../inference.types.js';

/** What a model is; decides which routes it answers. */
export const MODEL_TYPES = ['chat', 'vision', 'embedding', 'rerank'] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/** Ways of calling that a model's target offers. */
export const TRANSPORT_NAMES = ['invoke', 'invoke-stream'] as const;
export type TransportName = (typeof TRANSPORT_NAMES)[number];

/** The dialect that the model server speaks. */
export const ADAPTER_NAMES = ['openai'] as const;
type AdapterName = (typeof ADAPTER_NAMES)[number];

export interface SageMakerTarget {
  readonly kind: 'sagemaker';
  /** Endpoint name, as SageMaker lists it. */
  readonly endpoint: string;
  readonly inferenceComponent?: string;
  /** Absent = the region that the AWS SDK finds for this process. */
  readonly region?: string;
}

export interface ModelLimits {
  /** Calls that bulk work may have in flight on this model at once. */
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

/** One model as callers name it and where it is reached. Frozen; a changed catalog has new entries. */
export interface ModelEntry {
  /** Public name with its tag, e.g. `Qwen2.5-7B-Instruct/dev`. */
  readonly id: string;
  readonly type: ModelType;
  readonly target: SageMakerTarget;
  readonly transports: readonly TransportName[];
  readonly adapter: AdapterName;
  /** The name that the model server knows, e.g. `Qwen2.5-7B-Instruct`. */
  readonly servedName: string;
  readonly limits: ModelLimits;
  readonly aliases: readonly string[];
}

/** The operations that each type of model answers. */
export const OPERATIONS_OF_TYPE = {
  chat: ['chat'],
  vision: ['chat'],
  embedding: ['embeddings'],
  rerank: ['rerank'],
} as const satisfies Record<ModelType, readonly Operation[]>;
