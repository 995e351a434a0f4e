import { createHmac, hash } from 'node:crypto';
import { HmacSha256 } from '#platform';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignableRequest {
  readonly method: string;
  /** Path as it stands on the request line, without a query. */
  readonly path: string;
  /** Lower-case names; `host` has to be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
/** Hop-by-hop and tracing headers that intermediaries may change on the way; the SDK leaves the same ones out. */
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-]+)+$/;
const PLAIN_VALUE = /^(?:[!-~](?:[!-~]| (?! ))*)?$/;

/** Far more than the optional headers of a call can make. */
const MAX_NAME_SETS = 256;

interface SignedNames {
  /** Sorted. */
  readonly names: readonly string[];
  readonly signedHeaders: string;
}

interface SigningKey {
  readonly date: string;
  readonly secret: string;
  readonly hmac: HmacSha256;
}

/**
 * AWS Signature Version 4 for one service and region, with the day's signing key kept: what changes from call to call is
 * one hash of the body, one of the canonical request and one HMAC. Gives the signatures that `@smithy/signature-v4` gives.
 */
export class Signer {
  private readonly scopeSuffix: string;
  private signingKey: SigningKey | undefined;
  private readonly nameSets = new Map<string, SignedNames>();
  private second = -1;
  private longDate = '';

  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {
    this.scopeSuffix = `${region}/${service}/${TERMINATOR}`;
  }

  /** The request's headers with date, body hash, session token and `authorization` added. */
  sign(request: SignableRequest, credentials: SigningCredentials, nowMs: number): Record<string, string> {
    const date = this.formatDate(nowMs);
    const bodyHash = request.headers['x-amz-content-sha256'] ?? hash('sha256', request.body, 'hex');
    const headers: Record<string, string> = {
      ...request.headers,
      'x-amz-date': date,
      'x-amz-content-sha256': bodyHash,
    };
    if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
    const { names, signedHeaders } = this.signedNames(Object.keys(headers));
    let canonical = `${request.method}\n${canonicalPath(request.path)}\n\n`;
    for (const name of names) canonical += `${name}:${canonicalValue(headers[name] ?? '')}\n`;
    canonical += `\n${signedHeaders}\n${bodyHash}`;
    const scope = `${date.slice(0, 8)}/${this.scopeSuffix}`;
    const signature = this.hmacFor(date.slice(0, 8), credentials.secretAccessKey).hex(
      `${ALGORITHM}\n${date}\n${scope}\n${hash('sha256', canonical, 'hex')}`,
    );
    headers['authorization'] =
      `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return headers;
  }

  /** Calls have the same few sets of headers again and again. */
  private signedNames(all: readonly string[]): SignedNames {
    const key = all.join(';');
    const known = this.nameSets.get(key);
    if (known !== undefined) return known;
    const names = all.filter(isSigned).sort();
    const made = { names, signedHeaders: names.join(';') };
    if (this.nameSets.size < MAX_NAME_SETS) this.nameSets.set(key, made);
    return made;
  }

  private formatDate(nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.longDate = `${new Date(second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    }
    return this.longDate;
  }

  private hmacFor(date: string, secret: string): HmacSha256 {
    const known = this.signingKey;
    if (known !== undefined && known.date === date && known.secret === secret) return known.hmac;
    let key = Buffer.from(`AWS4${secret}`);
    for (const part of [date, this.region, this.service, TERMINATOR])
      key = createHmac('sha256', key).update(part).digest();
    this.signingKey = { date, secret, hmac: new HmacSha256(key) };
    return this.signingKey.hmac;
  }
}

function isSigned(name: string): boolean {
  return !UNSIGNED_HEADERS.has(name) && !name.startsWith('proxy-') && !name.startsWith('sec-');
}

function canonicalValue(value: string): string {
  if (PLAIN_VALUE.test(value) && !value.endsWith(' ')) return value;
  return value
    .replaceAll(/[\r\n]/g, ' ')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/^ | $/g, '');
}

/** Every service but S3 signs the path normalised and encoded once more than it is sent. */
function canonicalPath(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(encodeSegment(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `${path.startsWith('/') ? '/' : ''}${segments.join('/')}${trailing}`;
}

/** `encodeURIComponent` leaves five characters alone that RFC 3986 reserves. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
