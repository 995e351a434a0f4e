import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePayloadPart } from '../../../libs/inference/src/testing/encode-event-stream.js';
import type { TransportRequest } from '../../../libs/inference/src/transport/transport.port.js';
import { openTransport, optionsFor, TRANSPORTS, type TransportKind } from './open-stage.js';
import { RecordingServer, type RecordedRequest } from './recording-server.js';

const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret/+=', sessionToken: 'FwoGZXIvYXdz//token+=' };
/** What AWS reads of a request; the rest are dates, signatures and the client's own labels. */
const MEANINGFUL = [
  'host',
  'content-type',
  'content-length',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amzn-sagemaker-custom-attributes',
  'x-amzn-sagemaker-inference-id',
  'x-amzn-sagemaker-inference-component',
  'x-amzn-sagemaker-prefix-aware-id',
  'accept',
  'accept-encoding',
  'transfer-encoding',
  'expect',
];

let server: RecordingServer;
beforeAll(async () => {
  server = await RecordingServer.start();
  server.respond = ({ path }, response) => response.end(path.endsWith('stream') ? encodePayloadPart('x') : '{}');
});
afterAll(() => server.close());

function request(overrides: Partial<TransportRequest> = {}): TransportRequest {
  return {
    target: { kind: 'sagemaker', endpoint: 'my-endpoint-1' },
    via: 'invoke',
    operation: 'chat',
    contentType: 'application/json',
    body: Buffer.from('{"größe":"日本"}'),
    signal: new AbortController().signal,
    timeouts: { headersMs: 5_000, idleMs: 5_000 },
    ...overrides,
  };
}

async function sent(
  kind: TransportKind,
  how: 'invoke' | 'invokeStream',
  call: TransportRequest,
): Promise<RecordedRequest> {
  const transport = await openTransport(kind, optionsFor(server.url, CREDENTIALS));
  server.requests.length = 0;
  if (how === 'invoke') await transport.invoke(call);
  else for await (const _part of await transport.invokeStream(call));
  await transport.close();
  const [recorded] = server.requests;
  if (recorded === undefined) throw new Error('nothing was sent');
  return recorded;
}

function meaningOf({ method, path, headers, body }: RecordedRequest): unknown {
  return { method, path, body: body.toString('utf8'), headers: MEANINGFUL.map((name) => [name, headers[name]]) };
}

class Sha256 {
  private readonly inner;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.inner = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.inner.update(data as Uint8Array);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.inner.digest()));
  }

  reset(): void {
    throw new Error('not used');
  }
}

/** The `authorization` that the reference gives to exactly the headers that were signed. */
async function expectedAuthorization({ method, path, headers, body }: RecordedRequest): Promise<string | undefined> {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: 'us-east-1',
    service: 'sagemaker',
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method,
      path,
      body,
      query: {},
      protocol: 'http:',
      hostname: '127.0.0.1',
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    },
    { signingDate: dateOf(String(headers['x-amz-date'])) },
  );
  return signed.headers['authorization'];
}

function dateOf(amzDate: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const CALLS: readonly (readonly [string, Partial<TransportRequest>])[] = [
  ['a plain call', {}],
  [
    'all that a call can carry',
    {
      target: { kind: 'sagemaker', endpoint: 'my-endpoint-1', inferenceComponent: 'part-1' },
      customAttributes: 'route=/v1/x, a b',
      inferenceId: 'req_1',
      prefixAwareId: 'tenant-digest',
    },
  ],
  ['another content type', { contentType: 'multipart/form-data; boundary="x y"', body: Buffer.alloc(100_000, 1) }],
  ['an empty body', { body: Buffer.alloc(0) }],
];

describe.each(['invoke', 'invokeStream'] as const)('%s', (how) => {
  it.each(CALLS)('puts on the wire what the SDK puts there: %s', async (_name, overrides) => {
    const fast = await sent('fast', how, request(overrides));
    const sdk = await sent('sdk', how, request(overrides));

    expect(meaningOf(fast)).toEqual(meaningOf(sdk));
  });

  it.each(TRANSPORTS)('is signed rightly by the %s transport', async (kind) => {
    for (const [, overrides] of CALLS) {
      const recorded = await sent(kind, how, request(overrides));

      expect(recorded.headers.authorization).toBe(await expectedAuthorization(recorded));
      expect(recorded.headers.authorization).toContain('x-amz-security-token');
    }
  });
});
