import { endpointName } from './endpoint-name.js';
import type { ModelEntry } from './model-entry.types.js';

/** A model at one of its endpoints; at its own, or first, where the name is none of them. */
export function memberAt(entry: ModelEntry, endpoint: string | undefined): ModelEntry {
  if (entry.replicas.length === 0 || endpoint === undefined) return entry;
  return entry.replicas.find(({ target }) => endpointName(target) === endpoint) ?? entry;
}
