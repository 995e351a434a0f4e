import { canStandIn } from './can-stand-in.js';
import type { ModelEntry } from './model-entry.types.js';

/**
 * Refuses stand-ins that could not answer in place of a model: a request is written once, in the dialect of the model
 * that was asked for. Names that the file does not hold may be discovered later.
 */
export function checkFallbacks(
  entries: readonly ModelEntry[],
  complain: (index: number, complaint: string) => never,
): void {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  entries.forEach((entry, index) => {
    for (const id of entry.fallbacks) {
      const other = byId.get(id);
      if (other === undefined || canStandIn(other, entry)) continue;
      complain(index, `'${id}' cannot stand in for '${entry.id}': type, adapter and extraBody have to be the same.`);
    }
  });
}
