import { objectKeys, type JobPlan, type JobRecord } from '#contracts';
import { newId } from '#platform';
import type { ObjectStore } from '#storage';
import type { ChunkContext } from '../chunks/job-context.js';
import { readIfThere } from '../objects/read-if-there.js';
import { decodeBlock, NO_REPEATS, rangeOfBlock, type ChunkRepeats } from './repeat-blocks.js';
import type { FoundRepeats } from './repeats-search.js';

/**
 * Stores what the chunks of a job have to do with each other's texts. Each try to plan writes an object of its own, as another
 * one may have cut the input otherwise; the plan that stands names the one that belongs to it.
 */
export async function storeRepeats(
  store: ObjectStore,
  { tenant, id }: Pick<JobRecord, 'tenant' | 'id'>,
  repeats: FoundRepeats | undefined,
): Promise<Pick<JobPlan, 'repeats'>> {
  if (repeats === undefined || repeats.blocks.length === 0) return {};
  const key = objectKeys.repeats(tenant, id, newId('plan_'));
  await store.put(key, repeats.blocks);
  return { repeats: { key, size: repeats.blocks.length } };
}

/** What one chunk has to do with the texts of others; nothing, where somebody has removed what says so. */
export async function readRepeats(
  store: ObjectStore,
  { plan, chunk, planned }: Pick<ChunkContext, 'plan' | 'chunk' | 'planned'>,
): Promise<ChunkRepeats> {
  const range = rangeOfBlock(plan.chunks, chunk);
  if (plan.repeats === undefined || range === undefined) return NO_REPEATS;
  const block = await readIfThere(store, plan.repeats.key, range);
  return block === undefined ? NO_REPEATS : decodeBlock(block, planned);
}
