import { createHash, randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFile } from 'openai';
import { startSystem, type System } from '../setup/processes.js';
import { createBatch, embeddingLines, finishedBatch, readRows, uploadInput } from './support/batches.js';
import { SDK_MAJORS } from './support/sdk-majors.js';

const MIB = 1_048_576;

describe('Files and uploads with a stock OpenAI SDK', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  describe.each(SDK_MAJORS)('$name', ({ Client }) => {
    let client: OpenAI;

    beforeAll(() => {
      client = new Client({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
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
      const upload = await client.uploads.create(UPLOAD);
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

    it('creates once what it sends again by itself because the first answer was lost', async () => {
      const hasty = losingFirstAnswers(client);
      const name = `${randomBytes(4).toString('hex')}.jsonl`;
      const file = await hasty.files.create({
        file: await toFile(Buffer.from(embeddingLines(3)), name),
        purpose: 'batch',
      });
      const batch = await createBatch(hasty, file.id);
      const upload = await hasty.uploads.create(UPLOAD);
      const listed = async (): Promise<string[]> =>
        (await Array.fromAsync(client.batches.list()))
          .filter(({ input_file_id }) => input_file_id === file.id)
          .map(({ id }) => id);

      expect(await listed()).toEqual([batch.id]);
      expect((await Array.fromAsync(client.files.list())).filter(({ filename }) => filename === name)).toHaveLength(1);
      expect(await client.uploads.cancel(upload.id)).toMatchObject({ status: 'cancelled' });

      // Sent on purpose once more, it is another one.
      const other = await createBatch(client, file.id);
      expect((await listed()).toSorted()).toEqual([batch.id, other.id].toSorted());
    });

    it('creates once what has a key, and learns when the key stands for something else', async () => {
      const key = randomBytes(8).toString('hex');
      const options = { headers: { 'Idempotency-Key': key } };
      const fileId = await uploadInput(client, embeddingLines(3));
      const body = { input_file_id: fileId, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
      const first = await client.batches.create(body, options);
      const again = await client.batches.create(body, options);
      const jobs = await Promise.all(
        [1, 2, 3].map(
          async () =>
            await client.post('/jobs', {
              body: { type: 'embeddings', model: 'bge-m3/dev', input_file_id: fileId },
              ...options,
            }),
        ),
      );

      expect(again.id).toBe(first.id);
      await expect(client.batches.create({ ...body, metadata: { a: 'b' } }, options)).rejects.toMatchObject({
        status: 422,
        code: 'idempotency_key_reused',
      });
      expect(new Set(jobs.map((job) => (job as { id: string }).id)).size).toBe(1);
      await finishedBatch(client, first.id);
    });
  });
});

describe('Links past the api', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_PRESIGNED_URLS: 'true', SLUICE_LOG_LEVEL: 'debug' } });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('take parts and give files, and stand in no log', async () => {
    const pieces = [randomBytes(6 * MIB), randomBytes(1000)];
    const { id } = await client.uploads.create({ ...UPLOAD, bytes: 6 * MIB + 1000, filename: 'past.bin' });
    const partIds: string[] = [];
    const urls: string[] = [];
    for (const piece of pieces) {
      const link = await client.post<Link>(`/uploads/${id}/part_links`, { body: { bytes: piece.length } });
      const sent = await fetch(link.url, { method: link.method, headers: link.headers, body: piece });
      expect(sent.status).toBe(200);
      partIds.push(link.id);
      urls.push(link.url);
    }
    const { file } = await client.uploads.complete(id, { part_ids: partIds });
    const { url } = await client.get<Link>(`/files/${file?.id}/content_link`);
    const content = Buffer.from(await (await fetch(url)).arrayBuffer());

    expect(content.equals(Buffer.concat(pieces))).toBe(true);
    const signatures = [...urls, url].map((link) => new URL(link).searchParams.get('X-Amz-Signature') ?? '');
    const log = await system.logs('api');
    expect(signatures.filter((signature) => signature.length < 32 || log.includes(signature))).toEqual([]);
  });
});

interface Link {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
}

const UPLOAD = { bytes: 10, filename: 'x', mime_type: 'text/plain', purpose: 'user_data' } as const;

/** A client whose connection breaks after each first try was answered, before it hears of it. */
function losingFirstAnswers(client: OpenAI): OpenAI {
  return client.withOptions({
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (new Headers(init?.headers).get('x-stainless-retry-count') !== '0') return response;
      await response.arrayBuffer();
      throw new TypeError('the connection broke');
    },
  });
}
