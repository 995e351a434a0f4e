import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectLinks } from '../../../storage/src/testing/index.js';
import { createTestBulk, listKeys, streamOf, TENANT } from '../testing/index.js';
import { StoredLinks } from './stored-links.js';

const REQUEST = { bytes: 10, filename: 'a.txt', mime_type: 'text/plain', purpose: 'user_data' } as const;

function prepared() {
  const bulk = createTestBulk();
  const { files, uploads, clock } = bulk;
  const links = new StoredLinks({ links: new MemoryObjectLinks(), files, uploads, now: () => clock.nowMs });
  return { bulk, links };
}

describe('StoredLinks', () => {
  it('gives a link to each part, until the upload expires, and makes the file of what came by them and by the api', async () => {
    const { bulk, links } = prepared();
    const { id, expires_at } = await bulk.uploads.create(TENANT, REQUEST);
    bulk.clock.nowMs += 600_000;
    const link = await links.forPart(TENANT, id, 4);
    expect(link).toMatchObject({ object: 'upload.part_link', upload_id: id, method: 'PUT', expires_at });
    expect(link.headers).toEqual({ 'content-length': '4', 'if-none-match': '*' });
    const [, key = '', life] = /^memory:\/\/(.+)\?life=(\d+)$/.exec(link.url) ?? [];
    expect(Number(life)).toBeLessThanOrEqual(3000);
    await bulk.store.put(key, 'past');
    const part = await bulk.uploads.addPart(TENANT, id, { content: streamOf('andapi') });
    const { file } = await bulk.uploads.complete(TENANT, id, { part_ids: [link.id, part.id] });
    expect(file).toMatchObject({ bytes: 10 });
    await expect.poll(async () => await listKeys(bulk, objectKeys.uploads(TENANT))).toEqual([]);
  });

  it('leads to no file of a part that is missing, or has another size than was promised', async () => {
    const { bulk, links } = prepared();
    const { id } = await bulk.uploads.create(TENANT, REQUEST);
    const link = await links.forPart(TENANT, id, 10);
    const complete = async () => await bulk.uploads.complete(TENANT, id, { part_ids: [link.id] });
    await expect(complete()).rejects.toThrow(/the upload has no part/);
    const key = /^memory:\/\/(.+)\?/.exec(link.url)?.[1] ?? '';
    await bulk.store.put(key, 'short');
    await expect(complete()).rejects.toThrow(/the part has 5 bytes, but its link was for 10/);
    await bulk.store.put(key, '0123456789');
    expect(await complete()).toMatchObject({ status: 'completed' });
  });

  it('gives a link to what a file holds, for an hour or until the file ends', async () => {
    const { bulk, links } = prepared();
    const content = (): AsyncIterable<Uint8Array> => streamOf('hello');
    const file = { tenant: TENANT, filename: 'ü.txt', purpose: 'user_data' } as const;
    const { id } = await bulk.files.create({ ...file, content: content() });
    const { url, expires_at } = await links.forContent(TENANT, id);
    expect(url).toContain(objectKeys.fileContent(TENANT, id));
    expect(decodeURIComponent(url)).toContain(`attachment; filename="_.txt"; filename*=UTF-8''%C3%BC.txt`);
    expect(expires_at).toBe(Math.floor(bulk.clock.nowMs / 1000) + 3600);
    const short = await bulk.files.create({ ...file, expiresAfterSeconds: 3600, content: content() });
    bulk.clock.nowMs += 3_000_000;
    expect((await links.forContent(TENANT, short.id)).expires_at).toBe(short.expires_at);
  });

  it('gives none to what has ended or is of another tenant', async () => {
    const { bulk, links } = prepared();
    const { id } = await bulk.uploads.create(TENANT, REQUEST);
    await expect(links.forPart('other', id, 4)).rejects.toMatchObject({ reason: 'not_found' });
    await bulk.uploads.cancel(TENANT, id);
    await expect(links.forPart(TENANT, id, 4)).rejects.toMatchObject({ reason: 'invalid_request' });
    await expect(links.forContent('other', 'file-000000000000000000000')).rejects.toMatchObject({
      reason: 'not_found',
    });
  });
});
