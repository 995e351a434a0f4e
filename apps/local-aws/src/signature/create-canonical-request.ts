import type { IncomingHttpHeaders } from 'node:http';
import { decodeUriLeniently, encodeUri } from './encode-uri.js';
import type { RequestTarget } from './parse-request-target.js';

export interface CanonicalRequestInput {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: IncomingHttpHeaders;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  readonly service: string;
}

export function createCanonicalRequest(input: CanonicalRequestInput): string {
  return [
    input.method,
    input.service === 's3' ? encodePathOnce(input.target.rawPath) : encodePathTwice(input.target.rawPath),
    canonicalQuery(input.target.query),
    ...input.signedHeaders.map((name) => `${name}:${canonicalHeaderValue(input.headers[name])}`),
    '',
    input.signedHeaders.join(';'),
    input.payloadHash,
  ].join('\n');
}

/** S3 signs the key itself: dots and double slashes are part of it, and it is encoded once. */
function encodePathOnce(rawPath: string): string {
  return rawPath
    .split('/')
    .map((segment) => encodeUri(decodeUriLeniently(segment)))
    .join('/');
}

/** Every other service normalises the path and encodes it a second time. */
function encodePathTwice(rawPath: string): string {
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(encodeUri(segment));
  }
  const trailingSlash = segments.length > 0 && rawPath.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailingSlash}`;
}

function canonicalQuery(query: RequestTarget['query']): string {
  return query
    .filter(([name]) => name.toLowerCase() !== 'x-amz-signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeaderValue(value: string | string[] | undefined): string {
  const joined = Array.isArray(value) ? value.join(',') : (value ?? '');
  return joined.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
