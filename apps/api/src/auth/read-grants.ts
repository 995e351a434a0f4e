import type { KeyLimits } from './key-record.js';
import { ROUTE_SCOPES, type RouteScope } from './route-scope.js';

/** Fails with a message about the field. */
type Refuse = (field: string, rule: string) => never;

const LIMITS = ['requestsPerMinute', 'tokensPerMinute', 'concurrentRequests'] as const;
const MAX_LIMIT = 1_000_000_000;

/** What a field that is there grants is read strictly: a grant that was misspelt must not turn into no limit at all. */
export function readModels(value: unknown, refuse: Refuse): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isTexts(value) && value.every((name) => name !== '')) return value;
  return refuse('models', 'an array of model ids');
}

export function readRoutes(value: unknown, refuse: Refuse): readonly RouteScope[] | undefined {
  if (value === undefined || value === null) return undefined;
  const rule = `an array of ${ROUTE_SCOPES.join(', ')}`;
  if (!isTexts(value)) return refuse('routes', rule);
  return value.map((name) => ROUTE_SCOPES.find((scope) => scope === name) ?? refuse('routes', rule));
}

export function readLimits(value: unknown, refuse: Refuse): KeyLimits | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('limits', 'an object');
  const limits: Record<string, number> = {};
  for (const [name, limit] of Object.entries(value)) {
    if (!LIMITS.some((known) => known === name)) return refuse(`limits.${name}`, `one of ${LIMITS.join(', ')}`);
    if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > MAX_LIMIT)
      return refuse(`limits.${name}`, 'a whole number of at least 1');
    limits[name] = limit as number;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
