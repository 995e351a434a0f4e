import type { ModelEntry } from './model-entry.types.js';

/** Names of stand-ins that no entry has: a slip of the pen, or a model that is still to be discovered. */
export function findMissingFallbacks(entries: readonly ModelEntry[]): readonly string[] {
  const known = new Set(entries.flatMap(({ id, aliases }) => [id, ...aliases]));
  const named = new Set(entries.flatMap(({ fallbacks }) => fallbacks));
  return [...named].filter((name) => !known.has(name) && !known.has(`${name}/dev`));
}
