import type { IncomingHttpHeaders } from 'node:http';
import type { RequestTarget } from './parse-request-target.js';
import { SignatureError } from './signature-error.js';

/** What a request says about its own signature, from the Authorization header or from the query string. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** `date/region/service/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** yyyymmddThhmmssZ */
  readonly amzDate: string;
  /** Set for presigned requests only. */
  readonly expiresSeconds?: number;
}

const algorithm = 'AWS4-HMAC-SHA256';
// AWS's own bound for presigned URLs: one week.
const maxExpiresSeconds = 7 * 24 * 60 * 60;

export function parseSignedRequest(target: RequestTarget, headers: IncomingHttpHeaders): SignatureClaim {
  if (headers.authorization !== undefined) return parseAuthorizationHeader(headers.authorization, headers);
  const query = new Map(target.query.map(([name, value]) => [name.toLowerCase(), value]));
  if (query.has('x-amz-algorithm') || query.has('x-amz-signature')) return parsePresignedQuery(query);
  throw new SignatureError('MissingAuthenticationToken', 'Missing Authentication Token');
}

function parseAuthorizationHeader(authorization: string, headers: IncomingHttpHeaders): SignatureClaim {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization);
  if (match === null) throw new SignatureError('AccessDenied', `Only ${algorithm} signatures are accepted.`);
  const fields = new Map(
    (match[1] ?? '').split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  return {
    ...parseCredential(fields.get('Credential')),
    signedHeaders: parseSignedHeaders(fields.get('SignedHeaders')),
    signature: required(fields.get('Signature'), 'Signature'),
    amzDate: required(firstValue(headers['x-amz-date']), 'X-Amz-Date'),
  };
}

function parsePresignedQuery(query: ReadonlyMap<string, string>): SignatureClaim {
  if (query.get('x-amz-algorithm') !== algorithm) {
    throw new SignatureError('AccessDenied', `X-Amz-Algorithm must be ${algorithm}.`);
  }
  const expiresText = required(query.get('x-amz-expires'), 'X-Amz-Expires');
  const expiresSeconds = Number(expiresText);
  if (!/^\d+$/.test(expiresText) || expiresSeconds < 1 || expiresSeconds > maxExpiresSeconds) {
    throw new SignatureError('AccessDenied', `X-Amz-Expires must be between 1 and ${maxExpiresSeconds} seconds.`);
  }
  return {
    ...parseCredential(query.get('x-amz-credential')),
    signedHeaders: parseSignedHeaders(query.get('x-amz-signedheaders')),
    signature: required(query.get('x-amz-signature'), 'X-Amz-Signature'),
    amzDate: required(query.get('x-amz-date'), 'X-Amz-Date'),
    expiresSeconds,
  };
}

/** An access key id may itself contain slashes, so the scope is read from the end. */
export function parseCredential(
  credential: string | undefined,
): Pick<SignatureClaim, 'accessKeyId' | 'date' | 'region' | 'service' | 'scope'> {
  const parts = required(credential, 'Credential').split('/');
  const [date = '', region = '', service = '', terminator = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId === '' || !/^\d{8}$/.test(date) || region === '' || service === '' || terminator !== 'aws4_request') {
    throw new SignatureError(
      'AccessDenied',
      'The credential must be <key id>/<yyyymmdd>/<region>/<service>/aws4_request.',
    );
  }
  return { accessKeyId, date, region, service, scope: `${date}/${region}/${service}/aws4_request` };
}

function parseSignedHeaders(text: string | undefined): string[] {
  const names = required(text, 'SignedHeaders').toLowerCase().split(';');
  if (!names.includes('host')) throw new SignatureError('AccessDenied', 'The host header must be signed.');
  return names;
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') {
    throw new SignatureError('AccessDenied', `The signed request lacks ${name}.`);
  }
  return value;
}

function firstValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
