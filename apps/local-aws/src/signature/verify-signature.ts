import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createCanonicalRequest } from './create-canonical-request.js';
import { deriveSigningKey, hmac } from './derive-signing-key.js';
import { equalSignatures } from './equal-signatures.js';
import { parseAmzDate } from './parse-amz-date.js';
import { parseRequestTarget, type RequestTarget } from './parse-request-target.js';
import { parseSignedRequest, type SignatureClaim } from './parse-signed-request.js';
import { SignatureError } from './signature-error.js';

export { SignatureError } from './signature-error.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SignedRequest {
  readonly method: string;
  /** The request target as it stood in the request line: path and query, never normalised. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface VerifiedRequest {
  readonly service: string;
  readonly region: string;
  /** `x-amz-content-sha256` as signed (a hexadecimal digest, or a `STREAMING-…` name), or UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
  /** Signature of the request itself, with which the signatures of an `aws-chunked` body begin. */
  readonly seedSignature: string;
  readonly signingKey: Buffer;
  /** yyyymmddThhmmssZ */
  readonly amzDate: string;
  /** `yyyymmdd/region/service/aws4_request` */
  readonly scope: string;
}

const unsignedPayload = 'UNSIGNED-PAYLOAD';
const emptyBodySha256 = hash('sha256', '');
// AWS refuses requests whose clock is more than fifteen minutes off.
const maxClockSkewMs = 15 * 60 * 1000;

/**
 * Verifies SigV4 in the Authorization header or in the query string (presigned, X-Amz-Expires honoured). It says that
 * the head of the request is genuine; that the body has the signed `payloadHash` is for the caller to check.
 * @throws SignatureError
 */
export function verifySignature(request: SignedRequest, credentials: Credentials, now = new Date()): VerifiedRequest {
  return verify(request, credentials, now, emptyBodySha256);
}

/**
 * Like verifySignature, for services that sign the body's digest without stating it in a header. A digest that is
 * stated must be the body's.
 * @throws SignatureError
 */
export function verifySignatureWithBody(
  request: SignedRequest,
  body: Buffer,
  credentials: Credentials,
  now = new Date(),
): VerifiedRequest {
  const bodySha256 = hash('sha256', body);
  const verified = verify(request, credentials, now, bodySha256);
  if (/^[0-9a-f]{64}$/.test(verified.payloadHash) && verified.payloadHash !== bodySha256) {
    throw new SignatureError('SignatureDoesNotMatch', 'The body does not have the digest that was signed.');
  }
  return verified;
}

function verify(request: SignedRequest, credentials: Credentials, now: Date, bodySha256: string): VerifiedRequest {
  const target = parseRequestTarget(request.url);
  const claim = parseSignedRequest(target, request.headers);
  if (claim.accessKeyId !== credentials.accessKeyId) {
    throw new SignatureError('InvalidAccessKeyId', 'The access key id that was sent is not known here.');
  }
  const payloadHash = statedPayloadHash(request, target, claim) ?? bodySha256;
  const signingKey = deriveSigningKey(credentials.secretAccessKey, claim);
  const canonicalRequest = createCanonicalRequest({
    method: request.method,
    target,
    headers: request.headers,
    signedHeaders: claim.signedHeaders,
    payloadHash,
    service: claim.service,
  });
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.amzDate}\n${claim.scope}\n${hash('sha256', canonicalRequest)}`;
  if (!equalSignatures(hmac(signingKey, stringToSign).toString('hex'), claim.signature)) {
    throw new SignatureError(
      'SignatureDoesNotMatch',
      'The signature that was sent is not the one computed here. Check the secret access key and the signing method.',
    );
  }
  refuseUnsignedHeaders(request.headers, claim);
  refuseWrongTime(claim, now);
  return {
    service: claim.service,
    region: claim.region,
    payloadHash,
    seedSignature: claim.signature,
    signingKey,
    amzDate: claim.amzDate,
    scope: claim.scope,
  };
}

function statedPayloadHash(request: SignedRequest, target: RequestTarget, claim: SignatureClaim): string | undefined {
  const inHeader = request.headers['x-amz-content-sha256'];
  if (typeof inHeader === 'string') return inHeader;
  const inQuery = target.query.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256');
  if (inQuery !== undefined) return inQuery[1];
  if (claim.service !== 's3') return undefined;
  if (claim.expiresSeconds !== undefined) return unsignedPayload;
  throw new SignatureError('MissingSecurityHeader', 'The header x-amz-content-sha256 is missing.', 400);
}

/** S3 refuses `x-amz-` headers that nobody signed: whoever holds a presigned URL must not be able to add any. */
function refuseUnsignedHeaders(headers: IncomingHttpHeaders, claim: SignatureClaim): void {
  if (claim.service !== 's3') return;
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new SignatureError(
      'AccessDenied',
      `There were headers in the request that were not signed: ${unsigned.join(', ')}.`,
    );
  }
}

function refuseWrongTime(claim: SignatureClaim, now: Date): void {
  const signedAtMs = parseAmzDate(claim.amzDate);
  if (signedAtMs === undefined || !claim.amzDate.startsWith(claim.date)) {
    throw new SignatureError(
      'AccessDenied',
      'X-Amz-Date must be yyyymmddThhmmssZ and lie on the day of the credential.',
    );
  }
  const ageMs = now.getTime() - signedAtMs;
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(ageMs) <= maxClockSkewMs) return;
    throw new SignatureError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  }
  if (ageMs > claim.expiresSeconds * 1000) throw new SignatureError('AccessDenied', 'Request has expired');
  if (ageMs < -maxClockSkewMs) throw new SignatureError('AccessDenied', 'Request is not yet valid');
}
