import { queueIds, type ChunkPayload } from '#contracts';
import type { ChunkResult } from '../chunks/run-chunk.js';
import { ChunkDesks, type DeskWork } from './chunk-desks.js';
import type { DeskBounds } from './next-desk-move.js';
import { claimOfPayload } from './work-claim.js';

/** The desks of each endpoint: what one endpoint's chunks wait for never keeps those of another. */
export class DeskRegistry {
  private readonly desks = new Map<string, ChunkDesks>();

  constructor(private readonly bounds: DeskBounds) {}

  async take(endpoint: string, payload: ChunkPayload, stop: AbortSignal, work: DeskWork): Promise<ChunkResult> {
    return await this.of(endpoint).take(claimOfPayload(payload), queueIds.chunk(payload), stop, work);
  }

  private of(endpoint: string): ChunkDesks {
    const known = this.desks.get(endpoint);
    if (known !== undefined) return known;
    const desks = new ChunkDesks(this.bounds);
    this.desks.set(endpoint, desks);
    return desks;
  }
}
