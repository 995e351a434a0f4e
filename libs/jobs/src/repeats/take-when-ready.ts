import type { ChunkPayload } from '#contracts';
import type { ChunkResult } from '../chunks/chunk-result.js';
import type { SharedNews } from './shared-news.js';

/**
 * Takes a chunk, and takes it again as soon as all chunks are told of whose rows it needs. Between two takes it holds neither
 * a desk nor a slot, only its place in the queue; where nothing is told in time it goes back there.
 */
export async function takeWhenReady(
  news: SharedNews,
  { jobId }: ChunkPayload,
  stop: AbortSignal,
  take: () => Promise<ChunkResult>,
): Promise<ChunkResult> {
  for (;;) {
    // From before it is taken: what is told while it looks must not be missed.
    const ear = news.listen(jobId);
    try {
      const result = await take();
      if (result.kind !== 'later' || result.awaits === undefined) return result;
      if (!(await ear.hears(result.awaits, { ms: result.delayMs, stop }))) return { ...result, delayMs: 0 };
    } finally {
      ear.close();
    }
  }
}
