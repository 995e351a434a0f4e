/** Which web pages may call the api. No cookies are involved, so a key is needed all the same. */
export type CorsPolicy = 'any' | 'none' | readonly string[];

const METHODS = 'GET, POST, DELETE, OPTIONS';
/** Two hours, the longest that Chromium keeps a preflight. */
const MAX_AGE_SECONDS = '7200';

/** Value of `Access-Control-Allow-Origin` for a request's origin, `undefined` when it gets none. */
export function allowedOrigin(policy: CorsPolicy, origin: string | undefined): string | undefined {
  if (origin === undefined || policy === 'none') return undefined;
  if (policy === 'any') return '*';
  return policy.includes(origin) ? origin : undefined;
}

/** Headers that answer a preflight: the SDKs' own headers change with every release, so what is asked for is allowed. */
export function preflightHeaders(requestedHeaders: string | undefined): string[] {
  const headers = ['access-control-allow-methods', METHODS, 'access-control-max-age', MAX_AGE_SECONDS];
  const names = requestedHeaders?.trim() ?? '';
  if (names !== '' && /^[\w!#$%&'*+.^`|~, -]+$/.test(names)) headers.push('access-control-allow-headers', names);
  return headers;
}
