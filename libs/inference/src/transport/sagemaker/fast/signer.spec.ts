import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { Signer, type SigningCredentials } from './signer.js';

/** A seeded generator, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Node's own hash in the shape that the reference wants. */
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
    throw new Error('not used by the reference');
  }
}

async function referenceSignature(
  request: { method: string; path: string; headers: Record<string, string>; body: Buffer },
  credentials: SigningCredentials,
  place: { region: string; service: string; date: Date },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ credentials, region: place.region, service: place.service, sha256: Sha256 });
  const signed = await signer.sign(
    { ...request, protocol: 'https:', hostname: 'example', query: {} },
    { signingDate: place.date },
  );
  return signed.headers;
}

const PATH_PIECES = [
  'endpoints',
  'My-Endpoint-1',
  'invocations',
  'a b',
  '.',
  '..',
  '',
  'ü',
  '%2F',
  "it's(1)*!",
  '~x_y.z',
  '日本',
  'a+b=c&d',
];
const VALUE_PIECES = ['text/plain', '  ', ' ', '\t', 'a=b', 'x;y', 'äö', '"quoted"', ',', 'v1', '\t \t'];
const HEADER_NAMES = [
  'content-type',
  'x-amzn-sagemaker-custom-attributes',
  'x-amzn-sagemaker-inference-id',
  'user-agent',
  'x-amzn-trace-id',
  'accept',
  'proxy-thing',
  'sec-fetch',
  'connection',
  'content-length',
  'zeta',
];

describe('Signer', () => {
  it('gives the headers that @smithy/signature-v4 gives, over 1,000 random requests', async () => {
    const random = generator(20_261_123);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const several = <T>(items: readonly T[], most: number): T[] =>
      Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(items));
    const signers = new Map<string, Signer>();

    for (let round = 0; round < 1000; round++) {
      const region = pick(['us-east-1', 'eu-central-1', 'cn-north-1']);
      const service = pick(['sagemaker', 'execute-api']);
      const date = new Date(
        Date.UTC(
          2026,
          Math.floor(random() * 12),
          1 + Math.floor(random() * 28),
          23,
          59,
          random() * 60,
          random() * 1000,
        ),
      );
      const credentials = {
        accessKeyId: `AKIA${Math.floor(random() * 1e9)}`,
        secretAccessKey: pick(['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'ünïcode+secret/==', 's']),
        ...(random() < 0.5 ? { sessionToken: `FwoGZXIvYXdz//${'t/+='.repeat(1 + Math.floor(random() * 80))}` } : {}),
      };
      const headers: Record<string, string> = {
        host: pick(['runtime.sagemaker.us-east-1.amazonaws.com', '127.0.0.1:4566']),
      };
      for (const name of several(HEADER_NAMES, 6)) headers[name] = several(VALUE_PIECES, 5).join('');
      const request = {
        method: pick(['POST', 'GET']),
        path: `/${several(PATH_PIECES, 6).join('/')}`,
        headers,
        body: Buffer.from(several(VALUE_PIECES, 5).join('')),
      };
      const key = `${region}/${service}`;
      const signer = signers.get(key) ?? new Signer(service, region);
      signers.set(key, signer);

      const ours = signer.sign(request, credentials, date.getTime());

      const reference = await referenceSignature(request, credentials, { region, service, date });
      expect({ round, signed: ours }).toEqual({ round, signed: reference });
    }
  });

  it('makes a new key when the day or the secret changes', async () => {
    const signer = new Signer('sagemaker', 'us-east-1');
    const request = {
      method: 'POST',
      path: '/endpoints/e/invocations',
      headers: { host: 'h' },
      body: Buffer.from('{}'),
    };
    for (const [secretAccessKey, time] of [
      ['one', '2026-01-01T23:59:59.999Z'],
      ['one', '2026-01-02T00:00:00.000Z'],
      ['two', '2026-01-02T00:00:00.000Z'],
      ['one', '2026-01-01T23:59:59.999Z'],
    ] as const) {
      const credentials = { accessKeyId: 'AKIA', secretAccessKey };
      const date = new Date(time);
      const reference = await referenceSignature(request, credentials, {
        region: 'us-east-1',
        service: 'sagemaker',
        date,
      });
      expect(signer.sign(request, credentials, date.getTime())).toEqual(reference);
    }
  });
});
