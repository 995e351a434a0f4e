import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const REQUEST = { bytes: 5, filename: 'a.jsonl', mime_type: 'text/jsonl', purpose: 'batch' };

describe('uploads', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const create = async (): Promise<string> => {
    const response = await api.post('/v1/uploads', REQUEST);
    expect(response.status).toBe(200);
    return ((await response.json()) as { id: string }).id;
  };
  const sendPart = async (id: string, form: FormData): Promise<Response> =>
    await api.get(`/v1/uploads/${id}/parts`, { method: 'POST', body: form });
  const formOf = (name: string, value: string | Blob): FormData => {
    const form = new FormData();
    form.set(name, value);
    return form;
  };

  it('take parts as files of a form, and are completed and cancelled by id', async () => {
    const id = await create();
    const response = await sendPart(id, formOf('data', new Blob(['hello'])));
    const part = (await response.json()) as { id: string };
    expect(part).toMatchObject({ object: 'upload.part', upload_id: id });
    expect(api.uploads.parts.get(part.id)?.toString()).toBe('hello');
    const completed = await api.post(`/v1/uploads/${id}/complete`, { part_ids: [part.id], md5: 'a'.repeat(32) });
    expect(await completed.json()).toMatchObject({ id, status: 'completed' });
    expect(api.uploads.completed.at(-1)).toMatchObject({ part_ids: [part.id], md5: 'a'.repeat(32) });
    const cancelled = await api.get(`/uploads/${await create()}/cancel`, { method: 'POST' });
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    [{ ...REQUEST, bytes: undefined }, 'missing_required_parameter', 'bytes'],
    [{ ...REQUEST, bytes: 0 }, 'integer_below_min_value', 'bytes'],
    [{ ...REQUEST, bytes: '5' }, 'invalid_type', 'bytes'],
    [{ ...REQUEST, filename: '' }, 'invalid_value', 'filename'],
    [{ ...REQUEST, mime_type: undefined }, 'missing_required_parameter', 'mime_type'],
    [{ ...REQUEST, purpose: 'fun' }, 'invalid_value', 'purpose'],
    [
      { ...REQUEST, expires_after: { anchor: 'created_at', seconds: 60 } },
      'integer_below_min_value',
      'expires_after.seconds',
    ],
  ])('are not begun for %j', async (request, code, param) => {
    await expectError(await api.post('/v1/uploads', request), { status: 400, code, param });
  });

  it.each([
    [{}, 'missing_required_parameter', 'part_ids'],
    [{ part_ids: [] }, 'invalid_value', 'part_ids'],
    [{ part_ids: 'part_1' }, 'invalid_type', 'part_ids'],
    [{ part_ids: [1] }, 'invalid_value', 'part_ids'],
    [{ part_ids: ['a', 'a'] }, 'invalid_value', 'part_ids'],
    [{ part_ids: ['a'], md5: 'x' }, 'invalid_value', 'md5'],
  ])('are not completed with %j', async (request, code, param) => {
    const before = api.uploads.completed.length;
    await expectError(await api.post(`/v1/uploads/${await create()}/complete`, request), { status: 400, code, param });
    expect(api.uploads.completed).toHaveLength(before);
  });

  it('refuse a part that is no file, or larger than 64 MiB', async () => {
    const id = await create();
    const missing = { status: 400, code: 'missing_required_parameter', param: 'data' };
    await expectError(await sendPart(id, formOf('data', 'plain')), missing);
    await expectError(await sendPart(id, formOf('file', new Blob(['x']))), missing);
    await expectError(await sendPart('upload_none', formOf('data', new Blob(['x']))), {
      status: 404,
      code: null,
      param: 'upload_id',
    });
    const before = api.uploads.parts.size;
    const large = await sendPart(id, formOf('data', new Blob([Buffer.alloc(64 * 1_048_576 + 1)])));
    await expectError(large, { status: 413, code: 'body_too_large', param: 'data', message: /67108864 bytes/ });
    expect(api.uploads.parts.size).toBe(before);
  });
});
