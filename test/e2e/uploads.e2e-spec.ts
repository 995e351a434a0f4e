import { createHash, randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFile } from 'openai';
import { startSystem, type System } from '../setup/processes.js';
import { createBatch, embeddingLines, finishedBatch, readRows } from './support/batches.js';

const MIB = 1_048_576;

describe('Files and uploads with a stock OpenAI SDK', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  describe.each([
    { name: 'openai 7', create: () => new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey }) },
    {
      name: 'openai 6',
      create: () => new OpenAI6({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey }) as unknown as OpenAI,
    },
  ])('$name', ({ create }) => {
    let client: OpenAI;

    beforeAll(() => {
      client = create();
    });

    const sendParts = async (uploadId: string, parts: readonly Buffer[]): Promise<string[]> => {
      const sent = parts.map(async (bytes, index) => {
        const data = await toFile(bytes, `part-${index}`);
        return (await client.uploads.parts.create(uploadId, { data })).id;
      });
      return await Promise.all(sent);
    };

    it('makes one file of parts that are sent at once, whatever their size', async () => {
      const parts = [6 * MIB, 100, 9 * MIB, 1, 5 * MIB, 3 * MIB].map((bytes) => randomBytes(bytes));
      const whole = Buffer.concat(parts);
      const upload = await client.uploads.create({
        bytes: whole.length,
        filename: 'big.bin',
        mime_type: 'application/octet-stream',
        purpose: 'user_data',
        expires_after: { anchor: 'created_at', seconds: 3600 },
      });
      const partIds = await sendParts(upload.id, parts);
      const md5 = createHash('md5').update(whole).digest('hex');
      const completed = await client.uploads.complete(upload.id, { part_ids: partIds, md5 });
      const again = await client.uploads.complete(upload.id, { part_ids: partIds });
      const fileId = completed.file?.id ?? '';
      const content = Buffer.from(await (await client.files.content(fileId)).arrayBuffer());

      expect(upload).toMatchObject({ object: 'upload', status: 'pending', file: null });
      expect(completed).toMatchObject({ status: 'completed', file: { bytes: whole.length, purpose: 'user_data' } });
      expect(again).toEqual(completed);
      expect(content.equals(whole)).toBe(true);
      expect(await client.files.retrieve(fileId)).toEqual(completed.file);
    });

    it('runs a batch over lines that came in parts cut anywhere', async () => {
      const lines = Buffer.from(embeddingLines(20));
      const upload = await client.uploads.create({
        bytes: lines.length,
        filename: 'lines.jsonl',
        mime_type: 'text/jsonl',
        purpose: 'batch',
      });
      const partIds = await sendParts(upload.id, [lines.subarray(0, 333), lines.subarray(333)]);
      const { file } = await client.uploads.complete(upload.id, { part_ids: partIds });
      const batch = await createBatch(client, file?.id ?? '');
      const ended = await finishedBatch(client, batch.id);

      expect(ended).toMatchObject({ status: 'completed', request_counts: { total: 20, completed: 20 } });
      expect(await readRows(client, ended.output_file_id)).toHaveLength(20);
    });

    it('refuses what is missing, and what comes after a cancel', async () => {
      const upload = await client.uploads.create({
        bytes: 10,
        filename: 'x',
        mime_type: 'text/plain',
        purpose: 'user_data',
      });
      const [partId = ''] = await sendParts(upload.id, [Buffer.from('short')]);

      await expect(client.uploads.complete(upload.id, { part_ids: [partId] })).rejects.toMatchObject({
        status: 400,
        param: 'part_ids',
        message: expect.stringContaining('5 bytes together') as string,
      });
      expect(await client.uploads.cancel(upload.id)).toMatchObject({ id: upload.id, status: 'cancelled' });
      await expect(sendParts(upload.id, [Buffer.from('more')])).rejects.toMatchObject({ status: 400 });
      await expect(client.uploads.cancel('upload_none')).rejects.toMatchObject({ status: 404 });
    });

    it('pages through more than 300 files in both orders, by purpose too', async () => {
      const before = (await Array.fromAsync(client.files.list({ purpose: 'vision' }))).length;
      const names = Array.from({ length: 310 }, (_, index) => `picture-${index}`);
      for (let at = 0; at < names.length; at += 10) {
        const few = names.slice(at, at + 10);
        const sent = few.map(async (name) => {
          const file = await toFile(Buffer.from(name), name);
          return await client.files.create({ file, purpose: 'vision' });
        });
        await Promise.all(sent);
      }
      const newest = await Array.fromAsync(client.files.list({ purpose: 'vision', limit: 50 }));
      const oldest = await Array.fromAsync(client.files.list({ purpose: 'vision', limit: 90, order: 'asc' }));

      expect(newest).toHaveLength(before + 310);
      expect(new Set(newest.map(({ id }) => id)).size).toBe(before + 310);
      expect(oldest.map(({ id }) => id)).toEqual(newest.map(({ id }) => id).toReversed());
      expect(
        newest
          .slice(0, 310)
          .map(({ filename }) => filename)
          .toSorted(),
      ).toEqual(names.toSorted());
    });
  });
});
