import { queueIds, type ChunkPayload } from '#contracts';
import type { ChunkResult } from '../chunks/chunk-result.js';
import { ChunkDesks, type DeskWork } from './chunk-desks.js';
import type { DeskBounds } from './next-desk-move.js';
import { claimOfPayload } from './work-claim.js';

/** Where a chunk was taken from, and when it was put there (Unix milliseconds). */
export interface QueuePlace {
  readonly endpoint: string;
  readonly addedAtMs: number;
}

/** The desks of each endpoint: what one endpoint's chunks wait for never keeps those of another. */
export class DeskRegistry {
  private readonly desks = new Map<string, ChunkDesks>();

  constructor(private readonly bounds: DeskBounds) {}

  async take(from: QueuePlace, payload: ChunkPayload, stop: AbortSignal, work: DeskWork): Promise<ChunkResult> {
    const chunk = {
      claim: claimOfPayload(payload),
      chunkId: queueIds.chunk(payload),
      addedAtMs: from.addedAtMs,
    };
    return await this.of(from.endpoint).take(chunk, stop, work);
  }

  *waits(): Generator<{ readonly endpoint: string; readonly ageMs: number }> {
    for (const [endpoint, desks] of this.desks) yield { endpoint, ageMs: desks.oldestWaitMs() };
  }

  private of(endpoint: string): ChunkDesks {
    const known = this.desks.get(endpoint);
    if (known !== undefined) return known;
    const desks = new ChunkDesks(this.bounds);
    this.desks.set(endpoint, desks);
    return desks;
  }
}
