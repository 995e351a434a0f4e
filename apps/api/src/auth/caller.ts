import type { KeyLimits, KeyRecord } from './key-record.js';
import { ModelScope } from './model-scope.js';
import { ROUTE_SCOPES, type RouteScope } from './route-scope.js';

/** Who makes a request and what its API key allows. */
export interface Caller {
  readonly tenant: string;
  readonly keyId: string;
  /** Absent = every model. */
  readonly models?: ModelScope;
  /** Absent = every route. */
  readonly routes?: ReadonlySet<RouteScope>;
  readonly limits?: KeyLimits;
}

/** Worked out once per key and reading, never per request. */
export function toCaller({ tenant, id, models, routes, limits }: KeyRecord): Caller {
  const isFree = models === undefined && routes === undefined;
  return {
    tenant,
    keyId: id,
    ...(models === undefined ? {} : { models: new ModelScope(models) }),
    ...(isFree ? {} : { routes: grantedRoutes(routes ?? ROUTE_SCOPES, models !== undefined) }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** A job's lines name models that nobody has read when it is created, so a key for certain models runs no jobs. */
function grantedRoutes(routes: readonly RouteScope[], hasModels: boolean): ReadonlySet<RouteScope> {
  return new Set(hasModels ? routes.filter((route) => route === 'realtime') : routes);
}
