import { queueIds, type ChunkPayload, type ControlPayload, type JobHint } from '#contracts';
import { GatewayError } from '#platform';
import { JobQueue } from '../queue/job-queue.port.js';

/** A queue in this process's memory: the same id stands in it once, and all of it can be lost. */
export class MemoryJobQueue extends JobQueue {
  readonly control = new Map<string, ControlPayload>();
  readonly chunks = new Map<string, Map<string, ChunkPayload>>();
  readonly hints: JobHint[] = [];
  /** While true every call fails as it does with Redis gone. */
  away = false;

  override async addControl(payload: ControlPayload): Promise<void> {
    await this.answer();
    this.control.set(queueIds.control(payload), payload);
  }

  override async addChunks(endpoint: string, payloads: readonly ChunkPayload[]): Promise<void> {
    await this.answer();
    const queued = this.chunks.get(endpoint) ?? new Map<string, ChunkPayload>();
    for (const payload of payloads) queued.set(queueIds.chunk(payload), payload);
    this.chunks.set(endpoint, queued);
  }

  override async publish(hint: JobHint): Promise<void> {
    await this.answer();
    this.hints.push(hint);
  }

  /** What stands in an endpoint's queue, as `{job}-{chunk}`. */
  chunkIds(endpoint = 'gpu'): string[] {
    return [...(this.chunks.get(endpoint)?.keys() ?? [])];
  }

  takeControl(): ControlPayload | undefined {
    const [next] = this.control;
    if (next !== undefined) this.control.delete(next[0]);
    return next?.[1];
  }

  takeChunk(): ChunkPayload | undefined {
    for (const queued of this.chunks.values()) {
      for (const [id, payload] of queued) {
        queued.delete(id);
        return payload;
      }
    }
    return undefined;
  }

  /** FLUSHALL. */
  empty(): void {
    this.control.clear();
    this.chunks.clear();
  }

  private async answer(): Promise<void> {
    await Promise.resolve();
    if (this.away) throw new GatewayError('queue_unavailable', 'The queue is not available.');
  }
}
