import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '#platform';
import type { RouteBody } from '../routing/route-facts.js';

const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const FORM_TYPE = /^\s*multipart\/form-data\s*(?:;|$)/i;
const BOUNDARY = /;\s*boundary\s*=\s*[^\s;]/i;

/**
 * Refuses a body of a kind that the route does not read, before any of it is read. A missing header is taken for
 * JSON, since people forget it, and an empty body may call itself what it likes. Compressed bodies are not read: a few
 * kilobytes of one could fill the memory.
 *
 * @throws GatewayError `unsupported_content_type`
 */
export function checkContentType(headers: IncomingHttpHeaders, body: RouteBody): void {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  if (encoding !== undefined && body !== 'none') checkContentEncoding(encoding);
  if (body === 'none' || (body === 'json' && type === 'application/json')) return;
  if (body === 'multipart') {
    if (type !== undefined && FORM_TYPE.test(type)) {
      checkBoundary(type);
      return;
    }
    throw new GatewayError(
      'unsupported_content_type',
      `${received(type)} This endpoint takes 'Content-Type: multipart/form-data', a form with a file.`,
    );
  }
  if (type === undefined || JSON_TYPE.test(type) || headers['content-length'] === '0') return;
  throw new GatewayError(
    'unsupported_content_type',
    `${received(type)} Send a JSON body with 'Content-Type: application/json'.`,
  );
}

function checkContentEncoding(encoding: string): void {
  if (/^\s*(?:identity)?\s*$/i.test(encoding)) return;
  throw new GatewayError(
    'unsupported_content_type',
    `Unsupported content encoding '${encoding.slice(0, 100)}'. Send the body uncompressed, without a Content-Encoding header.`,
  );
}

function checkBoundary(type: string): void {
  if (BOUNDARY.test(type)) return;
  throw new GatewayError(
    'unsupported_content_type',
    "The Content-Type header 'multipart/form-data' names no boundary. Let your HTTP client set this header itself, as it knows the boundary of the form it sends.",
  );
}

function received(type: string | undefined): string {
  return type === undefined
    ? 'The Content-Type header is missing.'
    : `Unsupported content type '${type.slice(0, 100)}'.`;
}
