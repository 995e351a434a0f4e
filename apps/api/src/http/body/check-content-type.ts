import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '#platform';
import type { RouteBody } from '../routing/route-facts.js';

const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const FORM_TYPE = /^\s*multipart\/form-data\s*;/i;

/**
 * Refuses a body of a kind that the route does not read, before any of it is read. A missing header is taken for
 * JSON, since people forget it, and an empty body may call itself what it likes.
 *
 * @throws GatewayError `unsupported_content_type`
 */
export function checkContentType(headers: IncomingHttpHeaders, body: RouteBody): void {
  const type = headers['content-type'];
  if (body === 'none' || (body === 'json' && type === 'application/json')) return;
  if (body === 'multipart') {
    if (type !== undefined && FORM_TYPE.test(type)) return;
    throw new GatewayError(
      'unsupported_content_type',
      `${received(type)} This endpoint takes 'Content-Type: multipart/form-data' with a 'file' and its fields.`,
    );
  }
  if (type === undefined || JSON_TYPE.test(type) || headers['content-length'] === '0') return;
  throw new GatewayError(
    'unsupported_content_type',
    `${received(type)} Send a JSON body with 'Content-Type: application/json'.`,
  );
}

function received(type: string | undefined): string {
  return type === undefined
    ? 'The Content-Type header is missing.'
    : `Unsupported content type '${type.slice(0, 100)}'.`;
}
