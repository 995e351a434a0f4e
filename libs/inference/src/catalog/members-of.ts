import type { ModelEntry } from './model-entry.types.js';

/** A model at each of its endpoints, in the order of the file. */
export function membersOf(entry: ModelEntry): readonly ModelEntry[] {
  return [entry, ...entry.replicas];
}
