import { setImmediate as yieldToEventLoop, setTimeout as delay } from 'node:timers/promises';
import type { TokenFeed } from '../../engines/gpu/token-feed.js';
import type { StreamChunk } from '../../engines/generation.js';
import type { EndpointDefinition } from '../endpoints/endpoint-definition.js';
import type { ContainerAnswer } from './container-answer.js';
import { frameChunk, frameDoneMarker, frameStreamError } from './frame-chunk.js';

export interface StreamedGeneration {
  readonly chunks: Iterable<StreamChunk>;
  readonly definition: EndpointDefinition;
  readonly signal: AbortSignal;
  /** Begins the simulated GPU's work; without it every token takes the endpoint's own delay. */
  readonly feed?: () => TokenFeed;
  /** Set for a stream that ends in the engine's own error after so many chunks. */
  readonly failure?: { readonly afterChunks: number; readonly message: string };
}

// A stream without delays must let the event loop see that its client has left.
const chunksPerTurn = 32;

/** EMD's containers and vLLM both call their stream an event stream, whatever its framing. */
export function createStreamAnswer(generation: StreamedGeneration): ContainerAnswer {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', body: writeStream(generation) };
}

async function* writeStream(generation: StreamedGeneration): AsyncGenerator<Buffer> {
  const { chunks, definition, failure } = generation;
  const { framing, doneMarker } = definition;
  const feed = generation.feed?.();
  let written = 0;
  try {
    // The chunk that only names the role comes with the first token, as vLLM's does.
    await feed?.arrived();
    for (const chunk of chunks) {
      if (failure !== undefined && written >= failure.afterChunks) break;
      await (chunk.tokens > 0 && feed !== undefined ? feed.take() : waitForChunk(chunk, written, generation));
      yield frameChunk(chunk.data, framing);
      written += 1;
    }
  } finally {
    feed?.close();
  }
  if (failure !== undefined) yield frameStreamError(failure.message, framing);
  if (framing === 'sse' && doneMarker) yield frameDoneMarker();
}

async function waitForChunk(
  chunk: StreamChunk,
  written: number,
  { definition: { tokenDelayMs }, signal }: StreamedGeneration,
): Promise<void> {
  if (chunk.tokens > 0 && tokenDelayMs > 0) await delay(tokenDelayMs, undefined, { signal });
  else if (written % chunksPerTurn === chunksPerTurn - 1) await yieldToEventLoop(undefined, { signal });
}
