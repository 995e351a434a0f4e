import { objectKeys, type ChunkCommit, type JobRecord } from '#contracts';
import type { RecordStore } from '#storage';
import { inParallel } from '../finish/in-parallel.js';
import type { LiveCounts } from '../queue/job-queue.port.js';

const READS_AT_ONCE = 16;

/**
 * Shows again what a Redis that was emptied has forgotten: a job's counts do not fall back while its chunks are done.
 * Reads commits only where counts are missing.
 */
export async function restoreLiveCounts(
  { records, live }: { readonly records: RecordStore; readonly live: LiveCounts },
  { tenant, id }: JobRecord,
  committed: ReadonlySet<number>,
): Promise<void> {
  const shown = await live.chunks(id);
  if (shown === undefined || shown.size >= committed.size) return;
  const found: { chunk: number; completed: number; failed: number }[] = [];
  const missing = [...committed].filter((chunk) => !shown.has(chunk));
  await inParallel(missing, READS_AT_ONCE, async (chunk) => {
    const commit = await records.read<ChunkCommit>(objectKeys.commit(tenant, id, chunk));
    if (commit !== undefined) found.push({ chunk, completed: commit.value.completed, failed: commit.value.failed });
  });
  if (found.length > 0) await live.set(id, found);
}
