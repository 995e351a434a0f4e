import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { S3ObjectLinks } from '#storage';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

const MINUTE = 60;

describe('S3ObjectLinks', () => {
  let s3: LocalS3;
  let links: S3ObjectLinks;
  beforeAll(async () => {
    s3 = await startLocalS3();
    links = s3.openLinks();
  });
  afterAll(() => s3.close());

  const put = async (url: string, body: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(url, { method: 'PUT', body, headers: { 'if-none-match': '*', ...headers } })).status;

  it('let an object of the promised size be written once', async () => {
    const { url, headers } = await links.forUpload('links/part', { bytes: 5, life: MINUTE });
    expect(headers).toEqual({ 'content-length': '5', 'if-none-match': '*' });
    expect(await put(url, 'hello')).toBe(200);
    expect(await put(url, 'other')).toBe(412);
    expect((await s3.openStore().get('links/part')).body.toString()).toBe('hello');
  });

  it('are refused with another size, without the condition, for another object and after their time', async () => {
    const { url } = await links.forUpload('links/other', { bytes: 5, life: MINUTE });
    expect(await put(url, 'too long')).toBe(403);
    expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(403);
    expect(await put(url.replace('links/other', 'links/else'), 'hello')).toBe(403);
    const aged = new URL(url);
    aged.searchParams.set('X-Amz-Expires', '604800');
    expect(await put(aged.href, 'hello')).toBe(403);
    await expect(s3.openStore().head('links/other')).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('let an object be read as an attachment, in part too', async () => {
    await s3.openStore().put('links/file', '0123456789');
    const { url, headers } = await links.forDownload('links/file', {
      disposition: `attachment; filename="a_b.txt"; filename*=UTF-8''a%C3%BCb.txt`,
      life: MINUTE,
    });
    const answer = await fetch(url, { headers: { ...headers, range: 'bytes=2-4' } });
    expect([answer.status, await answer.text()]).toEqual([206, '234']);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''a%C3%BCb.txt");
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });

  it('carry no checksum of a body that nobody has seen, also to AWS', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
    const { url } = await s3.openLinks({ endpoint: undefined }).forUpload('links/aws', { bytes: 5, life: MINUTE });
    vi.unstubAllEnvs();
    expect(url).not.toMatch(/checksum/i);
    expect(await put(url, 'hello')).toBe(200);
  });
});
