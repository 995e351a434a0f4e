import { hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../faults/create-seeded-random.js';
import { NodeSha256 } from '../s3/testing/send-signed.js';
import { encodeUri } from './encode-uri.js';
import { type SignedRequest, verifySignature, verifySignatureWithBody } from './verify-signature.js';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const alphabet = Array.from('abcXYZ019-_.~ !\'()*+,;=:@&$#?%/"<>\\^`{|}äé漢😀');

type Draft = Parameters<SignatureV4['presign']>[0];

function createSigner(service: 's3' | 'sagemaker'): SignatureV4 {
  return new SignatureV4({
    service,
    region: 'eu-central-1',
    credentials,
    sha256: NodeSha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
}

function createDrafts(seed: number, service: 's3' | 'sagemaker', count: number): Draft[] {
  const random = createSeededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const text = (maxLength: number): string =>
    Array.from({ length: Math.floor(random() * maxLength) }, () => pick(alphabet)).join('');
  return Array.from({ length: count }, () => {
    const segments = Array.from({ length: 1 + Math.floor(random() * 4) }, () => encodeUri(text(8)) || 'x');
    const body = service === 'sagemaker' && random() < 0.7 ? text(200) : undefined;
    return {
      method: pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']),
      protocol: 'http:',
      hostname: 'localhost',
      port: 4566,
      path: `/${segments.join('/')}${random() < 0.2 ? '/' : ''}`,
      query: Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [`q${text(4)}`, text(8)])),
      headers: {
        host: 'localhost:4566',
        'content-type': pick(['text/plain', 'application/json;  charset=utf-8', ' padded ']),
        [`x-custom-${Math.floor(random() * 9)}`]: 'a  b   c',
        ...(service === 's3' ? { 'x-amz-meta-note': 'n', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
      },
      ...(body === undefined ? {} : { body }),
    };
  });
}

function toReceived(signed: { method: string; path: string; query?: Draft['query']; headers: object }): SignedRequest {
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeUri(name)}=${encodeUri(String(value))}`,
  );
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: signed.method,
    url: query.length === 0 ? signed.path : `${signed.path}?${query.join('&')}`,
    headers,
  };
}

/** Changes one character, and always to another one. */
function alter(text: string, position: number): string {
  const replacement = text[position] === '0' ? '1' : '0';
  return text.slice(0, position) + replacement + text.slice(position + 1);
}

describe('verifySignature', () => {
  it.each(['s3', 'sagemaker'] as const)(
    'accepts whatever the reference signer signs for %s in a header',
    async (service) => {
      for (const draft of createDrafts(1, service, 300)) {
        const signed = await createSigner(service).sign(draft);
        const body = Buffer.from(typeof draft.body === 'string' ? draft.body : '');
        const verified = verifySignatureWithBody(toReceived(signed), body, credentials);
        expect(verified).toMatchObject({ service, region: 'eu-central-1', amzDate: signed.headers['x-amz-date'] });
      }
    },
  );

  it.each(['s3', 'sagemaker'] as const)('accepts whatever the reference signer presigns for %s', async (service) => {
    for (const draft of createDrafts(2, service, 300)) {
      const presigned = await createSigner(service).presign(draft, { expiresIn: 60 });
      const body = Buffer.from(typeof draft.body === 'string' ? draft.body : '');
      expect(verifySignatureWithBody(toReceived(presigned), body, credentials).service).toBe(service);
    }
  });

  it('refuses a request in which anything signed was changed', async () => {
    for (const draft of createDrafts(3, 's3', 50)) {
      const received = toReceived(await createSigner('s3').sign(draft));
      const changed: SignedRequest[] = [
        { ...received, method: received.method === 'GET' ? 'PUT' : 'GET' },
        { ...received, url: received.url.replace('/', '/z') },
        { ...received, url: `${received.url}${received.url.includes('?') ? '&' : '?'}added=1` },
        { ...received, headers: { ...received.headers, 'x-amz-meta-note': 'other' } },
        { ...received, headers: { ...received.headers, host: 'elsewhere' } },
      ];
      for (const request of changed) {
        expect(() => verifySignature(request, credentials)).toThrow(
          expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 }),
        );
      }
    }
  });

  it('refuses a signature that differs in a single character', async () => {
    const [draft] = createDrafts(4, 's3', 1) as [Draft];
    const received = toReceived(await createSigner('s3').sign(draft));
    const authorization = String(received.headers.authorization);
    const altered = alter(authorization, authorization.length - 1);
    expect(() =>
      verifySignature({ ...received, headers: { ...received.headers, authorization: altered } }, credentials),
    ).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });

  it('names an access key that it does not know and a request that has no signature', async () => {
    const [draft] = createDrafts(5, 's3', 1) as [Draft];
    const received = toReceived(await createSigner('s3').sign(draft));
    expect(() => verifySignature(received, { ...credentials, accessKeyId: 'OTHER' })).toThrow(
      expect.objectContaining({ code: 'InvalidAccessKeyId', status: 403 }),
    );
    expect(() => verifySignature(received, { ...credentials, secretAccessKey: 'other' })).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
    expect(() => verifySignature({ method: 'GET', url: '/', headers: { host: 'localhost' } }, credentials)).toThrow(
      expect.objectContaining({ code: 'MissingAuthenticationToken', status: 403 }),
    );
  });

  it('refuses a clock that is more than fifteen minutes off, either way', async () => {
    const [draft] = createDrafts(6, 's3', 1) as [Draft];
    const signingDate = new Date('2026-11-22T10:00:00Z');
    const received = toReceived(await createSigner('s3').sign(draft, { signingDate }));
    const at = (time: string) => () => verifySignature(received, credentials, new Date(time));
    expect(at('2026-11-22T10:15:00Z')).not.toThrow();
    expect(at('2026-11-22T09:45:00Z')).not.toThrow();
    expect(at('2026-11-22T10:15:01Z')).toThrow(expect.objectContaining({ code: 'RequestTimeTooSkewed' }));
    expect(at('2026-11-22T09:44:59Z')).toThrow(expect.objectContaining({ code: 'RequestTimeTooSkewed' }));
  });

  it('honours the expiry of a presigned request', async () => {
    const [draft] = createDrafts(7, 's3', 1) as [Draft];
    const signingDate = new Date('2026-11-22T10:00:00Z');
    const received = toReceived(await createSigner('s3').presign(draft, { signingDate, expiresIn: 30 }));
    const at = (time: string) => () => verifySignature(received, credentials, new Date(time));
    expect(at('2026-11-22T10:00:30Z')).not.toThrow();
    expect(at('2026-11-22T10:00:31Z')).toThrow(
      expect.objectContaining({ code: 'AccessDenied', message: 'Request has expired' }),
    );
    expect(at('2026-11-22T09:00:00Z')).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  });

  it('refuses x-amz- headers that were added to a presigned S3 request', async () => {
    const [draft] = createDrafts(8, 's3', 1) as [Draft];
    const received = toReceived(await createSigner('s3').presign(draft));
    const added = { ...received, headers: { ...received.headers, 'x-amz-acl': 'public-read' } };
    expect(() => verifySignature(added, credentials)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  });

  it('refuses a body that is not the one that was signed', async () => {
    const draft = { ...(createDrafts(9, 'sagemaker', 1)[0] as Draft), body: 'the body' };
    const withoutHash = toReceived(await createSigner('sagemaker').sign(draft));
    const stated = { ...draft, headers: { ...draft.headers, 'x-amz-content-sha256': hash('sha256', 'the body') } };
    const withHash = toReceived(await createSigner('sagemaker').sign(stated));
    for (const received of [withoutHash, withHash]) {
      expect(() => verifySignatureWithBody(received, Buffer.from('the body'), credentials)).not.toThrow();
      expect(() => verifySignatureWithBody(received, Buffer.from('another'), credentials)).toThrow(
        expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
      );
    }
  });

  it('answers broken credentials with a refusal and nothing else', () => {
    const broken = [
      'Basic abc',
      'AWS4-HMAC-SHA256',
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00',
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/r/s3/aws4_request, SignedHeaders=date, Signature=00',
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/r/s3/aws4_request, SignedHeaders=host',
    ];
    for (const authorization of broken) {
      const headers = { host: 'localhost', authorization, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      expect(() => verifySignature({ method: 'GET', url: '/', headers }, credentials)).toThrow(
        expect.objectContaining({ name: 'SignatureError', code: 'AccessDenied' }),
      );
    }
  });
});
