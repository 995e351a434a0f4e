import type { ModelEntry } from '../model-entry.types.js';

/** A model that was found and is not used, and why. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

export interface MergedEntries {
  readonly entries: readonly ModelEntry[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Configured entries first, then those discovered ones whose names are still free: what an operator wrote down wins,
 * and of two deployments that claim one name the first does.
 */
export function mergeEntries(configured: readonly ModelEntry[], discovered: readonly ModelEntry[]): MergedEntries {
  const taken = new Map<string, string>();
  for (const { id, aliases } of configured) {
    for (const name of [id, ...aliases]) {
      taken.set(name, 'the configured catalog');
      // A name without a tag stands for the tag dev, so that a model of that id would never be reached by it.
      taken.set(`${name}/dev`, 'the configured catalog');
    }
  }
  const entries = [...configured];
  const leftOut: LeftOut[] = [];
  for (const entry of discovered) {
    const holder = taken.get(entry.id);
    if (holder === undefined) {
      entries.push(entry);
      taken.set(entry.id, 'another deployment');
    } else {
      leftOut.push({ id: entry.id, reason: `${holder} holds that name already` });
    }
  }
  return { entries, leftOut };
}
