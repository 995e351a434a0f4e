import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateJobDto, type JobObject } from '#contracts';
import { createTestBulk, driveToEnd, streamOf, TENANT, type TestBulk } from '../../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };

async function create(
  bulk: TestBulk,
  { content, filename = 'a.txt' }: { readonly content: string; readonly filename?: string },
  more: Partial<CreateJobDto> = { dry_run: true },
): Promise<JobObject> {
  const file = await bulk.files.create({ tenant: TENANT, filename, purpose: 'user_data', content: streamOf(content) });
  return await bulk.jobsFace.create(CALLER, {
    type: 'embeddings',
    model: 'model/dev',
    input_file_id: file.id,
    ...more,
  });
}

/** A run of five seconds, in which each text took two tokens. */
async function runBefore(bulk: TestBulk, more: Partial<CreateJobDto> = {}): Promise<string> {
  bulk.models.script = () => {
    bulk.clock.nowMs += 2500;
    const usage = { promptTokens: 2, completionTokens: 0, totalTokens: 2 };
    return { body: Buffer.from('{"data":[{"embedding":[1],"index":0}]}'), usage };
  };
  const { id } = await create(bulk, { content: 'twelve bytes\nand so again\n' }, more);
  await driveToEnd(bulk, id);
  return id;
}

describe('a dry run', () => {
  it.each([
    ['a.txt', 'one\n\ntwo\nthree\n'],
    ['a.csv', 'text\none\ntwo\nthree\n'],
  ])('of %s ends with what a run would take, calls nothing and leaves nothing', async (filename, content) => {
    const bulk = createTestBulk();
    const created = await create(bulk, { content, filename });
    const record = await driveToEnd(bulk, created.id);

    expect(created).toMatchObject({ status: 'validating', estimate: null });
    expect(record).toMatchObject({ status: 'completed', outputFileId: null, errorFileId: null });
    expect((await bulk.jobsFace.retrieve(TENANT, created.id)).estimate).toEqual({
      lines: 3,
      tokens: 5,
      bytes_per_token: 4,
      calls: 3,
      seconds: null,
      measured_job: null,
    });
    expect(bulk.models.inputs).toEqual([]);
    const { objects } = await bulk.store.list(objectKeys.job(TENANT, created.id));
    expect(objects.map(({ key }) => key)).toEqual([objectKeys.plan(TENANT, created.id)]);
  });

  it('counts equal texts once where they are embedded once', async () => {
    const bulk = createTestBulk();
    const content = 'one\ntwo\none\none\nthree\ntwo\n';
    const created = await create(bulk, { content }, { dry_run: true, deduplicate: true });
    await driveToEnd(bulk, created.id);
    const { estimate } = await bulk.jobsFace.retrieve(TENANT, created.id);
    expect(estimate).toMatchObject({ lines: 6, tokens: 5, calls: 3 });
    const { objects } = await bulk.store.list(objectKeys.job(TENANT, created.id));
    expect(objects.map(({ key }) => key)).toEqual([objectKeys.plan(TENANT, created.id)]);
  });

  it('goes by the last job of the model that tells something', async () => {
    const bulk = createTestBulk();
    const measured = await runBefore(bulk);
    await runBefore(bulk, { deduplicate: true });
    bulk.clock.nowMs += 1000;
    const { id } = await create(bulk, { content: 'seven B\n'.repeat(8) });
    await driveToEnd(bulk, id);
    expect((await bulk.jobsFace.retrieve(TENANT, id)).estimate).toEqual({
      lines: 8,
      tokens: 11,
      bytes_per_token: 7,
      calls: 8,
      seconds: 13,
      measured_job: measured,
    });
  });

  it('is told what is wrong with the input, as a run would be', async () => {
    const bulk = createTestBulk();
    const { id } = await create(bulk, { content: 'text\n"never closed\n', filename: 'a.csv' });
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'failed', errors: [{ line: 2 }] });
  });

  it('is none of a recording', async () => {
    const request = { type: 'transcription', model: 'model/dev', input_file_id: 'file-1', dry_run: true } as const;
    await expect(createTestBulk().jobsFace.create(CALLER, request)).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'dry_run',
    });
  });
});
