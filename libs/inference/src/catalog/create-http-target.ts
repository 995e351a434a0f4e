import type { HttpTarget } from './model-entry.types.js';

export interface HttpTargetInput {
  /** With or without `/v1` and a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws TypeError when the base URL is no `http:` or `https:` URL, or holds credentials, a query or a fragment. */
export function createHttpTarget({ baseUrl, apiKey, headers = {} }: HttpTargetInput): HttpTarget {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('it does not begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw new TypeError('it holds credentials');
  if (url.search !== '' || url.hash !== '') throw new TypeError('it holds a query or a fragment');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.freeze({
    kind: 'http',
    endpoint: `${url.protocol}${url.host}${path}`.replaceAll(/[^A-Za-z0-9]+/g, '-'),
    baseUrl: `${url.origin}${path}`,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(lowerCase.length === 0 ? {} : { headers: Object.freeze(Object.fromEntries(lowerCase)) }),
  });
}
