import { membersOf } from '../catalog/members-of.js';
import type { ModelEntry, ModelTarget } from '../catalog/model-entry.types.js';

/**
 * A model at each of its endpoints, the one first whose budget one call more would fill least. The turn decides between
 * those that are equal.
 *
 * @param inFlight Calls that this process has in flight at an endpoint.
 */
export function orderByRoom(
  entry: ModelEntry,
  inFlight: (target: ModelTarget) => number,
  turn: number,
): readonly ModelEntry[] {
  const members = membersOf(entry);
  const first = turn % members.length;
  return [...members.slice(first), ...members.slice(0, first)]
    .map((member) => ({ member, filled: (inFlight(member.target) + 1) / member.sharing.budget }))
    .toSorted((a, b) => a.filled - b.filled)
    .map(({ member }) => member);
}
