import { objectKeys, type JobRecord } from '#contracts';
import { describe, expect, it } from 'vitest';
import { createTestBulk, TENANT, type TestBulk } from '../testing/create-test-bulk.js';
import { driveToEnd, readRows, streamOf, uploadInput } from '../testing/drive-bulk.js';
import { ScriptedModels } from '../testing/scripted-models.js';

const OTHER_TENANT = 'other';

async function upload(bulk: TestBulk, { tenant = TENANT, purpose = 'user_data' as 'user_data' | 'batch' } = {}) {
  const { id } = await bulk.files.create({ tenant, filename: 'a.wav', purpose, content: streamOf('samples') });
  return id;
}

async function createBatch(bulk: TestBulk, bodies: readonly object[]): Promise<string> {
  const lines = bodies.map((body, index) =>
    JSON.stringify({
      custom_id: `line-${index}`,
      method: 'POST',
      url: '/v1/audio/transcriptions',
      body: { model: 'model/dev', ...body },
    }),
  );
  const { id } = await bulk.batches.create(
    { tenant: TENANT, keyId: 'key-1' },
    {
      input_file_id: await uploadInput(bulk, lines),
      endpoint: '/v1/audio/transcriptions',
      completion_window: '24h',
    },
  );
  return id;
}

/** Models that are heard to be asked for files, and say which. */
function createBulk(): { readonly bulk: TestBulk; readonly asked: object[] } {
  const asked: object[] = [];
  const models = new ScriptedModels();
  models.script = ({ body }) => {
    asked.push(JSON.parse(body.bytes.toString('utf8')) as object);
    return { body: Buffer.from('{"text":"heard"}'), usage: undefined };
  };
  return { bulk: createTestBulk({ models }), asked };
}

async function hasContent(bulk: TestBulk, fileId: string): Promise<boolean> {
  return await bulk.store.head(objectKeys.fileContent(TENANT, fileId)).then(
    () => true,
    () => false,
  );
}

function faultsOf({ status, errors }: JobRecord): object {
  return { status, faults: errors?.map(({ code, param, line }) => [code, param, line]) };
}

describe('A batch of recordings', () => {
  it('has each file heard as its line orders', async () => {
    const { bulk, asked } = createBulk();
    const fileId = await upload(bulk);
    const order = { response_format: 'srt', language: 'de', prompt: 'Names', temperature: 0.2 };
    const record = await driveToEnd(bulk, await createBatch(bulk, [{ file_id: fileId, ...order }]));

    expect(asked).toEqual([
      {
        file: { key: objectKeys.fileContent(TENANT, fileId) },
        keptUnder: objectKeys.lineRecording(TENANT, record.id, 0),
        format: 'srt',
        granularities: ['segment'],
        language: 'de',
        prompt: 'Names',
        temperature: 0.2,
      },
    ]);
    expect(await readRows(bulk, record.outputFileId)).toMatchObject([
      { custom_id: 'line-0', response: { status_code: 200, body: { text: 'heard' } } },
    ]);
  });

  it('is refused with every line that orders what cannot be done', async () => {
    const { bulk } = createBulk();
    const fileId = await upload(bulk);
    const record = await driveToEnd(
      bulk,
      await createBatch(bulk, [
        {},
        { file_id: '../../other/files/x' },
        { file_id: fileId, response_format: 'pdf' },
        { file_id: fileId, temperature: 3 },
        { file_id: fileId, timestamp_granularities: ['word'] },
        { file_id: fileId, language: { code: 'de' } },
      ]),
    );

    expect(faultsOf(record)).toEqual({
      status: 'failed',
      faults: [
        ['missing_required_parameter', 'body.file_id', 1],
        ['invalid_value', 'body.file_id', 2],
        ['invalid_value', 'body.response_format', 3],
        ['decimal_above_max_value', 'body.temperature', 4],
        ['invalid_value', 'body.timestamp_granularities', 5],
        ['invalid_type', 'body.language', 6],
      ],
    });
  });

  it("is refused where a line names another tenant's file, one that is not there, or one that is no recording", async () => {
    const { bulk, asked } = createBulk();
    const files = [
      await upload(bulk),
      await upload(bulk, { tenant: OTHER_TENANT }),
      'file-000000000000000000000',
      await upload(bulk, { purpose: 'batch' }),
    ];
    const record = await driveToEnd(
      bulk,
      await createBatch(
        bulk,
        files.map((file_id) => ({ file_id })),
      ),
    );

    expect(faultsOf(record)).toEqual({
      status: 'failed',
      faults: [2, 3, 4].map((line) => ['file_not_found', 'body.file_id', line]),
    });
    expect(asked).toEqual([]);
  });

  it('keeps its files until it has ended, also when they are deleted meanwhile, and no longer', async () => {
    const { bulk } = createBulk();
    const [deleted, kept] = [await upload(bulk), await upload(bulk)];
    const id = await createBatch(bulk, [{ file_id: deleted }, { file_id: kept }, { file_id: deleted }]);
    await bulk.planner.plan(TENANT, id);
    await bulk.files.delete(TENANT, deleted);
    const heldUntilTheEnd = await hasContent(bulk, deleted);
    const record = await driveToEnd(bulk, id);

    expect(heldUntilTheEnd).toBe(true);
    expect(record).toMatchObject({ status: 'completed', counts: { total: 3, completed: 3, failed: 0 } });
    expect(await hasContent(bulk, deleted)).toBe(false);
    expect(await hasContent(bulk, kept)).toBe(true);
    const left = await bulk.store.list(objectKeys.fileReferences(TENANT, kept));
    expect(left.objects).toEqual([]);
  });

  it('lets go of its files when it is refused', async () => {
    const { bulk } = createBulk();
    const fileId = await upload(bulk);
    await driveToEnd(bulk, await createBatch(bulk, [{ file_id: fileId }, { file_id: 'file-000000000000000000000' }]));
    await bulk.files.delete(TENANT, fileId);

    expect(await hasContent(bulk, fileId)).toBe(false);
  });
});
