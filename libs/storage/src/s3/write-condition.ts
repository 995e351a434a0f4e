import type { WriteCondition } from '../object-store.port.js';

export function toConditionHeaders(condition: WriteCondition | undefined): { IfNoneMatch?: '*'; IfMatch?: string } {
  if (condition === undefined) return {};
  return 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
}
