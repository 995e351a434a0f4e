import { endpointName } from './endpoint-name.js';
import type { EntryReader } from './entry-reader.js';
import type { ModelTarget } from './model-entry.types.js';
import { readTarget, TARGET_FIELDS, type ReadVariable } from './read-target.js';

/** One endpoint of a model, and what it takes where that is not what the entry says. */
export interface EntryTarget {
  readonly target: ModelTarget;
  readonly concurrency?: number;
  readonly budget?: number;
}

const MAX_CALLS = 10_000;
const OWN_FIELDS = ['concurrency', 'budget'] as const;

/** The endpoints of an entry: that of `target`, or those of `targets`. */
export function readTargets(entry: EntryReader, readVariable: ReadVariable): readonly [EntryTarget, ...EntryTarget[]] {
  if (!entry.has('targets')) return [{ target: readTarget(entry.nested('target', TARGET_FIELDS), readVariable) }];
  if (entry.has('target')) entry.fail('targets', 'stands beside target: put all endpoints into targets.');
  const known = [...TARGET_FIELDS, ...OWN_FIELDS];
  const [first, ...others] = entry.nestedList('targets', known).map((item) => readOne(item, readVariable));
  if (first === undefined) return entry.fail('targets', 'expected at least one target.');
  const seen = new Set<string>();
  for (const [index, { target }] of [first, ...others].entries()) {
    const name = endpointName(target);
    if (seen.has(name)) {
      entry.fail(
        `targets[${index}]`,
        `'${name}' is in the list already. Name each endpoint once; of two regions' endpoints of one name, list one.`,
      );
    }
    seen.add(name);
  }
  return [first, ...others];
}

function readOne(item: EntryReader, readVariable: ReadVariable): EntryTarget {
  const own = OWN_FIELDS.filter((field) => item.has(field)).map(
    (field) => [field, item.integer(field, { fallback: 1, min: 1, max: MAX_CALLS })] as const,
  );
  return { target: readTarget(item, readVariable), ...Object.fromEntries(own) };
}
