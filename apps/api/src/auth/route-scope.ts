/** What a key may be allowed to do: call models at once, run jobs, or look after the installation. */
export const ROUTE_SCOPES = ['realtime', 'bulk', 'admin'] as const;
export type RouteScope = (typeof ROUTE_SCOPES)[number];

const REALTIME = [
  'chat',
  'completions',
  'embeddings',
  'rerank',
  'score',
  'classify',
  'invocations',
  'audio',
  'responses',
  'moderations',
];
const BULK = ['files', 'uploads', 'batches', 'jobs', 'webhook_endpoints', 'webhook_event_types'];

const SCOPES: ReadonlyMap<string, RouteScope | undefined> = new Map<string, RouteScope | undefined>([
  ...REALTIME.map((segment) => [segment, 'realtime'] as const),
  ...BULK.map((segment) => [segment, 'bulk'] as const),
  // Every key may see which models it can call.
  ['models', undefined],
  // What all tenants together do to endpoints is for those who look after them.
  ['capacity', 'admin'],
]);

/**
 * The scope that a key must have for a route; `undefined` where every key will do. A route that nobody has thought of
 * takes the rarest one.
 *
 * @param label the route's path without `/v1`.
 */
export function scopeOfRoute(label: string): RouteScope | undefined {
  const segment = label.split('/')[1] ?? '';
  return SCOPES.has(segment) ? SCOPES.get(segment) : 'admin';
}
