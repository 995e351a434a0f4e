import { GatewayError } from '#platform';
import type { Caller } from './caller.js';
import type { RouteScope } from './route-scope.js';

/** @throws GatewayError `insufficient_permissions` when the key is not for routes of this scope. */
export function checkRouteScope({ routes, models }: Caller, scope: RouteScope | undefined): void {
  if (routes === undefined || scope === undefined || routes.has(scope)) return;
  const why =
    models === undefined ? '' : ' A key that is limited to certain models can call them, but not run batches or files.';
  throw new GatewayError(
    'insufficient_permissions',
    `You have insufficient permissions for this operation. Missing scopes: ${scope}.${why} ` +
      'Use a key that has this scope, or ask your operator for one.',
  );
}
