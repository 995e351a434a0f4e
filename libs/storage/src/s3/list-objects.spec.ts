import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ListPage } from '../object-store.port.js';
import { S3ObjectStore } from './s3-object-store.js';

const ANSWER = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult><IsTruncated>true</IsTruncated>
<Contents><Key>mine/t/a&amp;b</Key><Size>3</Size><ETag>0123</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>
<CommonPrefixes><Prefix>mine/t/c/</Prefix></CommonPrefixes></ListBucketResult>`;

interface Listing {
  readonly query: URLSearchParams;
  readonly page: ListPage;
}

async function list(startAfter: string, delimiter?: string): Promise<Listing> {
  let query = new URLSearchParams();
  const server = createServer((request, response) => {
    query = new URL(request.url ?? '', 'http://localhost').searchParams;
    response.setHeader('content-type', 'application/xml').end(ANSWER);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const config = { bucket: 'bucket', prefix: 'mine/', region: 'us-east-1', forcePathStyle: true };
  const limits = { requestTimeoutMs: 10_000, maxAttempts: 1, maxSockets: 1 };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const store = new S3ObjectStore({ ...config, ...limits, endpoint }, { credentials });
  const page = await store.list('t/', { startAfter, limit: 5_000, delimiter });
  store.close();
  server.close();
  return { query, page };
}

describe('what S3ObjectStore asks and understands of a listing', () => {
  it('puts the prefix before keys and takes it off again', async () => {
    const { query, page } = await list('t/a');
    expect(Object.fromEntries(query)).toMatchObject({
      prefix: 'mine/t/',
      'start-after': 'mine/t/a',
      'max-keys': '1000',
    });
    expect(page.objects.map(({ key }) => key)).toEqual(['t/a&b']);
    expect(page.prefixes).toEqual(['t/c/']);
    expect(page.truncated).toBe(true);
  });

  it('gives ETags the quotes that conditions need', async () => {
    const { page } = await list('t/a');
    expect(page.objects[0]).toMatchObject({ etag: '"0123"', size: 3, lastModified: new Date('2026-01-02T03:04:05Z') });
  });

  it('asks for what comes after all keys of a folded prefix', async () => {
    const { query } = await list('t/a/', '/');
    expect(query.get('start-after')).toBe('mine/t/a/\u{10FFFF}');
  });
});
