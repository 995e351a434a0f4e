import type { JsonBody } from '#platform';
import type { UpstreamClock } from './upstream-clock.js';

/** What a caller can ask of a model; each is one OpenAI-shaped route and one use case. */
export const OPERATIONS = [
  'chat',
  'completions',
  'embeddings',
  'rerank',
  'invocations',
  'transcriptions',
  'translations',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Tokens as the model server counted them. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  /** Of the prompt's tokens, those that came from a cache; absent where none did or the server does not say. */
  readonly cachedTokens?: number;
  /** Of the completion's tokens, those spent on reasoning; absent where none were or the server does not say. */
  readonly reasoningTokens?: number;
}

export interface InferenceCall {
  /** Model name as the caller sent it; answers carry the same name. */
  readonly model: string;
  /** The caller's body, checked once; its bytes go upstream with `model` spliced. */
  readonly body: JsonBody;
  /** Passed on for correlation and logged; never trusted. */
  readonly requestId: string;
  /** Who pays; only its digest goes upstream, and only where an entry says so. */
  readonly tenant?: string;
  /** Aborts the call upstream within a second, whatever it is doing. */
  readonly signal: AbortSignal;
  /** Set by callers that retry by themselves (bulk): every failure is theirs to judge. Absent = retried before the first byte. */
  readonly retries?: 'none';
  /**
   * The one endpoint that is asked, as `endpointName` gives it, for callers that share endpoints out by themselves (bulk).
   * One that is none of the model's stands for its first. Absent = any, the first where failures are the caller's to judge.
   */
  readonly endpoint?: string;
  /** Told how long model servers were waited for, and how often they were asked again. */
  readonly clock?: UpstreamClock;
}

/** What every call brings along, whatever its body is. */
export type CallContext = Omit<InferenceCall, 'body'>;

/** A complete answer in OpenAI's shape. */
export interface InferenceReply {
  /** JSON text in UTF-8, unless `contentType` says otherwise. */
  readonly body: Buffer;
  /** The same bytes in order, where they lie in several places: whoever only sends them on saves the copy into one. */
  readonly pieces?: readonly Buffer[];
  /** Value of the `content-type` header; absent = JSON. */
  readonly contentType?: string;
  /** Absent when the model server did not count. */
  readonly usage: Usage | undefined;
}

/** A streamed answer whose first event has come (or whose hold time is over), so that a 200 may be sent. */
export interface InferenceStream {
  /**
   * Complete SSE frames (`data: …\n\n`), one event each, ready to be written as they are. Ends after `data: [DONE]\n\n`
   * when the answer was complete. Throws GatewayError when it was cut, stalled or failed: then no `[DONE]` was yielded.
   */
  readonly frames: AsyncIterable<Buffer>;
  /** Known once `frames` has ended, when the model server counted. */
  usage(): Usage | undefined;
}

/** One call in, one whole answer out. Throws GatewayError (see the closed list) for every failure. */
export abstract class UseCase {
  abstract create(call: InferenceCall): Promise<InferenceReply>;
}

/** A use case that can also stream. */
export abstract class StreamingUseCase extends UseCase {
  abstract stream(call: InferenceCall): Promise<InferenceStream>;
}
