import type { ModelEntry } from './model-entry.types.js';

/** Whether a request that was written for `entry` makes sense to `other`. */
export function canStandIn(other: ModelEntry, entry: ModelEntry): boolean {
  if (other === entry || other.adapter !== entry.adapter) return false;
  if ((other.options.extraBody ?? false) !== (entry.options.extraBody ?? false)) return false;
  return other.type === entry.type || (other.type === 'vision' && entry.type === 'chat');
}
