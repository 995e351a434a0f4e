import { objectKeys, type ChunkCommit, type JobRecord } from '#contracts';
import type { ObjectStore, RecordStore } from '#storage';
import { inParallel } from '../finish/in-parallel.js';
import { listCommits } from '../finish/list-commits.js';
import type { PlanReader } from '../plan/plan-reader.js';
import { assembleTranscript, type GappedTranscript } from './assemble-transcript.js';

export interface TranscriptSources {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly plans: PlanReader;
}

const READS_AT_ONCE = 16;
const NOTHING: GappedTranscript = { text: '', segments: [], words: [], durationSeconds: 0 };

/** What is committed of a recording, put together. */
export async function readTranscript(
  sources: TranscriptSources,
  { tenant, id }: JobRecord,
): Promise<{ readonly transcript: GappedTranscript; readonly isComplete: boolean }> {
  const plan = await sources.plans.read(tenant, id);
  if (plan?.recording === undefined) return { transcript: NOTHING, isComplete: false };
  const chunks = [...(await listCommits(sources.store, tenant, id))].toSorted((a, b) => a - b);
  const commits: ChunkCommit[] = [];
  await inParallel([...chunks.entries()], READS_AT_ONCE, async ([place, chunk]) => {
    const commit = await sources.records.read<ChunkCommit>(objectKeys.commit(tenant, id, chunk));
    if (commit !== undefined) commits[place] = commit.value;
  });
  const transcript = await assembleTranscript(sources.store, plan, Object.values(commits));
  return { transcript, isComplete: chunks.length === plan.chunks.length };
}
