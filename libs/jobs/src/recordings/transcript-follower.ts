import { objectKeys, type ChunkCommit, type JobPlan, type JobRecord } from '#contracts';
import { HeardPieces } from './assemble-transcript.js';
import type { TranscriptSources } from './read-transcript.js';
import type { HeardSoFar, RecordingFollower } from './recordings.port.js';

/** Reads each chunk of a recording once, in order, as they are committed; a look that finds none costs one read. */
export class TranscriptFollower implements RecordingFollower {
  private readonly heard: HeardPieces;
  private plan: JobPlan | undefined;
  /** Chunks whose rows have been read, from the first on. */
  private chunks = 0;

  constructor(
    private readonly sources: TranscriptSources,
    private readonly job: Pick<JobRecord, 'tenant' | 'id'>,
  ) {
    this.heard = new HeardPieces(sources.store);
  }

  async next(): Promise<HeardSoFar | undefined> {
    const { tenant, id } = this.job;
    const { plans, records } = this.sources;
    this.plan ??= await plans.read(tenant, id);
    if (this.plan === undefined) return undefined;
    const before = this.chunks;
    while (this.chunks < this.plan.chunks.length) {
      const commit = await records.read<ChunkCommit>(objectKeys.commit(tenant, id, this.chunks));
      if (commit === undefined) break;
      await this.heard.add(commit.value);
      this.chunks++;
    }
    return this.chunks === before ? undefined : this.heard.stitch(this.plan);
  }
}
