import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { decodeUriLeniently, encodeUri } from '../../signature/encode-uri.js';
import { testCredentials } from './start-s3.js';

/** SHA-256 in the form that the SDK's signer asks for. */
export class NodeSha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'string' ? secret : toBytes(secret);
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }

  reset(): void {
    throw new Error('A digest is made once.');
  }
}

function toBytes(secret: ArrayBuffer | ArrayBufferView | undefined): Buffer | undefined {
  if (secret === undefined) return undefined;
  if (!ArrayBuffer.isView(secret)) return Buffer.from(secret);
  return Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
}

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Written after the head, piece by piece; a body of unknown length unless a header tells it. */
  readonly body?: readonly (string | Buffer)[];
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Signs a request as the SDK would and sends exactly what it is given, which the SDK itself would not let pass. */
export async function sendSigned(endpoint: string, raw: RawRequest): Promise<RawResponse> {
  const url = new URL(endpoint);
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: testCredentials,
    sha256: NodeSha256,
    uriEscapePath: false,
  });
  const signed = await signer.sign({
    method: raw.method,
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: canonicalPath(raw.path),
    query: raw.query ?? {},
    headers: { host: url.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...raw.headers },
  });
  const query = new URLSearchParams(raw.query).toString();
  return send(url, raw, { path: query === '' ? raw.path : `${raw.path}?${query}`, headers: signed.headers });
}

/** S3 judges a signature by the path in its one proper encoding, however it was written in the request line. */
function canonicalPath(path: string): string {
  const segments = path.split('/').map((segment) => encodeUri(decodeUriLeniently(segment)));
  return segments.join('/');
}

function send(
  url: URL,
  raw: RawRequest,
  { path, headers }: { path: string; headers: Record<string, string> },
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      host: url.hostname,
      port: url.port,
      method: raw.method,
      path,
      headers,
      agent: false,
    });
    // Without a body nothing is to be sent that would tell its length.
    if (raw.body === undefined) {
      request.removeHeader('transfer-encoding');
      request.removeHeader('content-length');
    }
    request.on('error', reject);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString('utf8'),
        });
      });
    });
    for (const piece of raw.body ?? []) request.write(piece);
    request.end();
  });
}

/** The code of an error document. */
export function errorCode({ body }: RawResponse): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
}
