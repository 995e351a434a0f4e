import type { IncomingMessage } from 'node:http';
import { parseRequestTarget } from '../../signature/parse-request-target.js';
import { type Credentials, SignatureError, verifySignature } from '../../signature/verify-signature.js';
import { readForm } from './read-form.js';
import { parseAddress, refuseLongKey } from './parse-address.js';
import type { Headers, S3Request } from './s3-request.js';
import { toHeaderValue } from './to-header-value.js';
import { verifyPostPolicy } from './verify-post-policy.js';

/**
 * Finds out who sent a request and what it addresses. Anonymous requests are refused.
 * @throws SignatureError, S3Error
 */
export async function authenticate(request: IncomingMessage, credentials: Credentials): Promise<S3Request> {
  const { method = 'GET', url = '/' } = request;
  // Leaving the loop over the body early must not destroy the socket: the error is still to be answered.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (method === 'POST' && request.headers['content-type']?.startsWith('multipart/form-data') === true) {
    return authenticateForm(request, body, credentials);
  }
  const verified = verifySignature({ method, url, headers: request.headers }, credentials);
  if (verified.service !== 's3')
    throw new SignatureError('SignatureDoesNotMatch', 'The credential must be scoped to the service s3.');
  const target = parseRequestTarget(url);
  const presigned = request.headers.authorization === undefined;
  return {
    method,
    ...parseAddress(target.rawPath),
    query: new Map(target.query),
    headers: { ...(presigned ? hoistedHeaders(target.query) : {}), ...singleHeaders(request) },
    body,
    verified,
  };
}

async function authenticateForm(
  request: IncomingMessage,
  body: AsyncIterable<Buffer>,
  credentials: Credentials,
): Promise<S3Request> {
  const { bucket } = parseAddress(parseRequestTarget(request.url ?? '/').rawPath);
  const { fields, file, fileName } = await readForm(request.headers['content-type'] ?? '', body);
  verifyPostPolicy({ bucket, fields, credentials });
  const key = (fields.get('key') ?? '').replaceAll('${filename}', fileName);
  refuseLongKey(key);
  const headers = Object.fromEntries([...fields].map(([name, value]) => [name, toHeaderValue(value)]));
  return { method: 'POST', bucket, key, query: new Map(), headers, body: file, form: fields };
}

/**
 * A presigned URL carries in its query what would have been `x-amz-` headers. S3 ignores checksums there: SDKs put the
 * checksum of the empty body they had while signing into the URL.
 */
function hoistedHeaders(query: readonly (readonly [string, string])[]): Headers {
  return Object.fromEntries(
    query
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name.startsWith('x-amz-') && !name.includes('checksum'))
      .map(([name, value]) => [name, toHeaderValue(value)]),
  );
}

function singleHeaders(request: IncomingMessage): Headers {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
}
