import type { OperationDefinition } from './openapi.types.js';

/**
 * What a registered route and its description have in common: `POST /files/{}`. Prefixes of the version say nothing,
 * and parameters have names that only their own side knows.
 */
export function routeKey(method: string, path: string): string {
  const bare = path
    .replace(/^(?:\/v\d)+(?=\/)/, '')
    .split('/')
    .map((segment) => (segment === '*' || segment.startsWith(':') || segment.startsWith('{') ? '{}' : segment))
    .join('/');
  return `${method.toUpperCase()} ${bare}`;
}

/** The routes that no operation describes. */
export function undescribedRoutes(
  routes: readonly { readonly method: string; readonly path: string }[],
  operations: readonly OperationDefinition[],
): string[] {
  const described = new Set(operations.map(({ method, path }) => routeKey(method, path)));
  const missing = routes
    // Fastify answers HEAD wherever it answers GET.
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => routeKey(method, path))
    .filter((key) => !described.has(key));
  return [...new Set(missing)];
}
