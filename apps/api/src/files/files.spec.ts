import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { sendRaw } from '../testing/send-raw.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

const BOUNDARY = 'b0undary';
const FILE = ['name="file"; filename="input.jsonl"', '{"custom_id":"1"}\n'] as const;
const PURPOSE = ['name="purpose"', 'batch'] as const;

type Part = readonly [disposition: string, value: string];

function toForm(parts: readonly Part[]): string {
  const body = parts.map(
    ([disposition, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`,
  );
  return `${body.join('')}--${BOUNDARY}--\r\n`;
}

describe('files', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ environment: { SLUICE_MAX_FILE_BYTES: '4194304' } });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const upload = (body: RequestInit['body'], init: RequestInit = {}): Promise<Response> =>
    api.get('/v1/files', {
      method: 'POST',
      body,
      ...init,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });

  async function expectNothingKept(parts: readonly Part[], expected: Parameters<typeof expectError>[1]): Promise<void> {
    const before = api.files.kept.size;
    await expectError(await upload(toForm(parts)), expected);
    expect(api.files.kept.size).toBe(before);
  }

  it('takes file and fields in any order', async () => {
    const anchor = ['name="expires_after[anchor]"', 'created_at'] as const;
    const seconds = ['name="expires_after[seconds]"', '3600'] as const;
    const orders = [
      [FILE, PURPOSE, anchor, seconds],
      [anchor, seconds, PURPOSE, FILE],
      [PURPOSE, FILE, anchor, seconds],
    ];
    for (const parts of orders) {
      const response = await upload(toForm(parts));
      expect(response.status).toBe(200);
      const file = (await response.json()) as Record<string, unknown>;
      expect(file).toMatchObject({
        object: 'file',
        purpose: 'batch',
        filename: 'input.jsonl',
        bytes: 18,
        status: 'processed',
      });
      expect(Number(file['expires_at']) - Number(file['created_at'])).toBe(3600);
    }
  });

  it('takes a chunked form of unknown length', async () => {
    const bytes = new TextEncoder().encode(toForm([FILE, PURPOSE]));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.subarray(at, at + 7));
        controller.close();
      },
    });
    const response = await upload(body, { duplex: 'half' } as RequestInit);
    expect(await response.json()).toMatchObject({ bytes: 18, purpose: 'batch' });
  });

  it('hands large files on in pieces, before the form has ended', async () => {
    const content = 'x'.repeat(3 * 1_048_576);
    const response = await upload(toForm([['name="file"; filename="big"', content], PURPOSE]));
    expect(await response.json()).toMatchObject({ bytes: content.length });
  });

  it('refuses a form without a file', async () => {
    await expectNothingKept([PURPOSE], { status: 400, code: 'missing_required_parameter', param: 'file' });
    await expectNothingKept([PURPOSE, ['name="other"; filename="x"', 'y']], {
      status: 400,
      code: 'missing_required_parameter',
      param: 'file',
    });
    await expectNothingKept([PURPOSE, ['name="file"', 'not a file']], {
      status: 400,
      code: 'missing_required_parameter',
      param: 'file',
    });
    await expectNothingKept([], { status: 400, code: 'missing_required_parameter', param: 'file' });
  });

  it('refuses wrong fields, also behind the file, and keeps nothing', async () => {
    await expectNothingKept([FILE], { status: 400, code: 'missing_required_parameter', param: 'purpose' });
    await expectNothingKept([FILE, ['name="purpose"', 'fun']], {
      status: 400,
      code: 'invalid_value',
      param: 'purpose',
    });
    const soon: Part = ['name="expires_after[seconds]"', '5'];
    const anchor: Part = ['name="expires_after[anchor]"', 'created_at'];
    await expectNothingKept([FILE, PURPOSE, anchor, soon], {
      status: 400,
      code: 'integer_below_min_value',
      param: 'expires_after.seconds',
    });
    await expectNothingKept([FILE, PURPOSE, soon], {
      status: 400,
      code: 'missing_required_parameter',
      param: 'expires_after.anchor',
    });
    await expectNothingKept([FILE, PURPOSE, anchor], {
      status: 400,
      code: 'missing_required_parameter',
      param: 'expires_after.seconds',
    });
  });

  it('refuses a second file', async () => {
    await expectNothingKept([FILE, PURPOSE, FILE], { status: 413, code: 'body_too_large' });
  });

  it('refuses a file over the limit, announced or not', async () => {
    const form = toForm([['name="file"; filename="big"', 'x'.repeat(4_194_305)], PURPOSE]);
    await expectError(await upload(form), {
      status: 413,
      code: 'body_too_large',
      param: 'file',
      message: /4194304 bytes/,
    });
    const far = toForm([['name="file"; filename="big"', 'x'.repeat(8_388_608)], PURPOSE]);
    await expectError(await upload(far), { status: 413, code: 'body_too_large' });
    const unannounced = upload(new Blob([far]).stream(), { duplex: 'half' } as RequestInit);
    await expectError(await unannounced, { status: 413, code: 'body_too_large' });
  });

  it('refuses forms that are cut, or have no boundary', async () => {
    const whole = toForm([FILE, PURPOSE]);
    await expectError(await upload(whole.slice(0, -20)), { status: 400, code: null });
    await expectError(await upload(''), { status: 400, code: 'missing_required_parameter', param: 'file' });
    const noBoundary = { method: 'POST', body: whole, headers: { 'content-type': 'multipart/form-data' } };
    await expectError(await api.get('/v1/files', noBoundary), { status: 415, code: 'unsupported_content_type' });
    await expectError(await api.post('/v1/files', {}), {
      status: 415,
      code: 'unsupported_content_type',
      message: /multipart/,
    });
  });

  it('keeps nothing of an upload whose sender leaves', async () => {
    const before = api.files.kept.size;
    const lines = api.logLines.length;
    const form = toForm([PURPOSE, FILE]).slice(0, -40);
    const head = `POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=${BOUNDARY}\r\ncontent-length: 1000\r\n\r\n${form}`;
    const { hostname, port } = new URL(api.url);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), hostname, () => socket.write(head, () => socket.destroy()));
    await waitUntil(() => api.logLines.length > lines, 'the request is logged');
    expect(api.logLines.at(-1)).toMatchObject({ status: 499, route: '/files' });
    expect(api.files.kept.size).toBe(before);
  });

  it('gives back the bytes as an attachment, whole and in part', async () => {
    const created = await upload(toForm([['name="file"; filename="zürich \\"x\\".jsonl"', '0123456789'], PURPOSE]));
    const { id } = (await created.json()) as { id: string };
    const whole = await api.get(`/v1/files/${id}/content`);
    expect(await whole.text()).toBe('0123456789');
    expect(whole.headers.get('content-type')).toBe('application/octet-stream');
    expect(whole.headers.get('content-disposition')).toMatch(
      /^attachment; filename="z_rich [^"]+"; filename\*=UTF-8''z%C3%BCrich%20/,
    );
    expect(whole.headers.get('x-request-id')).toMatch(/^req_/);
    const part = await api.get(`/v1/files/${id}/content`, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    const head = await api.get(`/v1/files/${id}/content`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  it('sends nothing of a file that its caller has, and the whole where the part was of another', async () => {
    const created = await upload(toForm([['name="file"; filename="x"', '0123456789'], PURPOSE]));
    const { id } = (await created.json()) as { id: string };
    const ask = async (headers: Record<string, string>): Promise<Response> =>
      await api.get(`/v1/files/${id}/content`, { headers });
    const etag = (await ask({})).headers.get('etag') ?? '';
    const known = await ask({ 'if-none-match': `"other", W/${etag}` });
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag]);
    expect(known.headers.get('x-request-id')).toMatch(/^req_/);
    expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
    expect((await ask({ range: 'bytes=2-4', 'if-range': etag })).status).toBe(206);
    expect((await ask({ range: 'bytes=2-4', 'if-range': '"other"' })).status).toBe(200);
    await expectError(await api.get('/v1/files/file-none/content', { headers: { 'if-none-match': '*' } }), {
      status: 404,
      code: null,
      param: 'id',
    });
  });

  it('lists with the defaults of OpenAI and refuses what is out of bounds', async () => {
    const response = await api.get('/v1/files');
    expect(((await response.json()) as { object: string }).object).toBe('list');
    expect(api.files.queries.at(-1)).toEqual({ limit: 10_000, order: 'desc' });
    await api.get('/v1/files?limit=5&order=asc&purpose=batch&after=file-1');
    expect(api.files.queries.at(-1)).toEqual({ limit: 5, order: 'asc', purpose: 'batch', after: 'file-1' });
    await expectError(await api.get('/v1/files?limit=0'), {
      status: 400,
      code: 'integer_below_min_value',
      param: 'limit',
    });
    await expectError(await api.get('/v1/files?limit=10001'), {
      status: 400,
      code: 'integer_above_max_value',
      param: 'limit',
    });
    await expectError(await api.get('/v1/files?limit=abc'), { status: 400, code: 'invalid_type', param: 'limit' });
    await expectError(await api.get('/v1/files?order=up'), { status: 400, code: 'invalid_value', param: 'order' });
  });

  it('retrieves and deletes, and knows no other id', async () => {
    const { id } = (await (await upload(toForm([FILE, PURPOSE]))).json()) as { id: string };
    expect(await (await api.get(`/files/${id}`)).json()).toMatchObject({ id });
    expect(await (await api.get(`/v1/files/${id}`, { method: 'DELETE' })).json()).toEqual({
      id,
      object: 'file',
      deleted: true,
    });
    await expectError(await api.get(`/v1/files/${id}`), { status: 404, code: null, param: 'id' });
  });

  it('does not read a form without a valid key', async () => {
    const answer = await sendRaw(
      api.url,
      `POST /v1/files HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 10\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
