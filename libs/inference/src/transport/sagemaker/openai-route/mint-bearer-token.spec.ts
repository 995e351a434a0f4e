import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { BearerTokens } from './bearer-tokens.js';
import { mintBearerToken } from './mint-bearer-token.js';

const NOW = Date.parse('2026-11-23T10:20:30Z');
const REGION = 'eu-west-1';

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

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The query that the reference presigns. */
async function presigned(credentials: Keys, expiresIn: number): Promise<Record<string, unknown>> {
  const signer = new SignatureV4({ credentials, region: REGION, service: 'sagemaker', sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'sagemaker.amazonaws.com',
      path: '/',
      query: { Action: 'CallWithBearerToken' },
      headers: { host: 'sagemaker.amazonaws.com' },
    },
    { expiresIn, signingDate: new Date(NOW) },
  );
  return query;
}

function urlIn(token: string): string {
  return Buffer.from(token.slice('sagemaker-api-key-'.length), 'base64').toString('utf8');
}

describe('mintBearerToken', () => {
  it.each<[string, Keys]>([
    ['long-lived credentials', { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret/+=' }],
    [
      'session credentials',
      { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'a', sessionToken: "IQoJ//b3+Jp==!'()* ü~" },
    ],
  ])('presigns with %s as the reference does', async (_name, credentials) => {
    const token = mintBearerToken(credentials, { region: REGION, nowMs: NOW, expiresSeconds: 3_600 });

    const url = urlIn(token);
    const { Version, ...query } = Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1)));
    expect(token.startsWith('sagemaker-api-key-')).toBe(true);
    expect(url.startsWith('sagemaker.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=')).toBe(true);
    expect(Version).toBe('1');
    expect(query).toEqual(await presigned(credentials, 3_600));
  });
});

describe('BearerTokens', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const authority = (region: string, keys: Keys) => ({
    place: { origin: '', host: '', basePath: '', region },
    credentials: keys,
  });

  it('keeps a token until ten minutes before it ends', () => {
    const tokens = new BearerTokens();
    const first = tokens.tokenFor(authority(REGION, credentials), NOW);

    expect(tokens.tokenFor(authority(REGION, credentials), NOW + 49 * 60_000)).toBe(first);
    expect(tokens.tokenFor(authority(REGION, credentials), NOW + 50 * 60_000)).not.toBe(first);
  });

  it('mints anew for other credentials, with which the old token ends', () => {
    const tokens = new BearerTokens();
    const first = tokens.tokenFor(authority(REGION, credentials), NOW);

    expect(tokens.tokenFor(authority(REGION, { ...credentials, accessKeyId: 'b' }), NOW)).not.toBe(first);
  });

  it('has one token for each region', () => {
    const tokens = new BearerTokens();
    const europe = tokens.tokenFor(authority(REGION, credentials), NOW);
    const america = tokens.tokenFor(authority('us-east-1', credentials), NOW);

    expect(urlIn(america)).toContain('us-east-1');
    expect(tokens.tokenFor(authority(REGION, credentials), NOW)).toBe(europe);
  });
});
