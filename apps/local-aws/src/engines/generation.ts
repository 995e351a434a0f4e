import type { EngineWork } from './gpu/engine-work.js';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export function createUsage(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** What an engine is told about a call besides its body. */
export interface CallIdentity {
  /** Unique part of the answer's id. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdSeconds: number;
  /** Name under which the model is served. */
  readonly model: string;
}

/** The stand-in says what it is in the field that OpenAI gives to the backend's configuration. */
export const systemFingerprint = 'sluice-local';

/** One object of a stream, and how many tokens it carries for each choice: what a real engine would have spent time on. */
export interface StreamChunk {
  readonly data: object;
  readonly tokens: number;
}

/** An answer, and the work that a real model would have had with it. */
export type EngineResult = { readonly work: EngineWork } & (
  | { readonly kind: 'complete'; readonly data: object }
  | { readonly kind: 'stream'; readonly chunks: Iterable<StreamChunk> }
);
