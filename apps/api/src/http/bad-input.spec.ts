import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { sendRaw } from '../testing/send-raw.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';

const CHAT = '/v1/chat/completions';
const authorization = `authorization: Bearer ${API_KEY}`;

describe('bad input', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('answers broken JSON with 400 and says where it breaks', async () => {
    for (const body of [
      '{"model": ',
      '{"model": "m",}',
      'hello',
      "{'model': 1}",
      '{"a":1}{"b":2}',
      '{"a":\u0001"x"}',
      '{"a":01}',
    ]) {
      await expectError(await api.post(CHAT, body), {
        status: 400,
        code: null,
        param: null,
        message: /could not parse the JSON body/,
      });
    }
  });

  it('refuses a body that is JSON but no object', async () => {
    for (const body of ['[]', '7', 'null', '"text"']) {
      await expectError(await api.post(CHAT, body), {
        status: 400,
        code: 'invalid_type',
        message: /expected a JSON object/,
      });
    }
  });

  it('refuses invalid UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const response = await api.get(CHAT, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    await expectError(response, { status: 400, code: null, message: /UTF-8/ });
  });

  it('answers an empty POST, with and without a content type', async () => {
    await expectError(await api.post(CHAT, ''), { status: 400, code: null, message: /empty/ });
    await expectError(await api.get(CHAT, { method: 'POST' }), { status: 400, code: null, message: /empty/ });
  });

  it('refuses duplicate keys, escaped spellings included', async () => {
    await expectError(await api.post(CHAT, '{"model":"a","messages":[],"model":"b"}'), {
      status: 400,
      code: 'duplicate_key',
      param: 'model',
    });
    await expectError(await api.post(CHAT, String.raw`{"model":"a","mod\u0065l":"b"}`), {
      status: 400,
      code: 'duplicate_key',
      param: 'model',
    });
  });

  it('refuses deep nesting without harm', async () => {
    const depth = 100_000;
    const body = `{"model":"m","messages":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    await expectError(await api.post(CHAT, body), { status: 400, code: null, message: /nested/ });
  });

  it('passes a __proto__ key on like any other', async () => {
    const response = await api.post(
      CHAT,
      '{"model":"test-chat","__proto__":{"polluted":true},"constructor":{"prototype":1}}',
    );
    expect(response.status).toBe(200);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('says that the model is missing, empty, null or no string', async () => {
    for (const body of [{}, { model: '' }, { model: null }]) {
      await expectError(await api.post(CHAT, body), {
        status: 400,
        code: null,
        message: /^you must provide a model parameter$/,
      });
    }
    await expectError(await api.post(CHAT, { model: 7 }), { status: 400, code: 'invalid_type', param: 'model' });
  });

  it('takes a million inputs as one body', async () => {
    const response = await api.post('/v1/embeddings', {
      model: 'm',
      input: Array.from({ length: 1_000_000 }, () => 'a'),
    });
    expect(response.status).toBe(200);
  });

  it('answers a body of 30 MB with 413 and closes the connection', async () => {
    const body = JSON.stringify({ model: 'm', input: 'x'.repeat(30 * 1_048_576) });
    const response = await api.post('/v1/embeddings', body);
    expect(response.headers.get('connection')).toBe('close');
    await expectError(response, { status: 413, code: 'body_too_large', message: /larger than 26214400 bytes/ });
  });

  it('answers 30 MB of unknown length with 413 too', async () => {
    const piece = new TextEncoder().encode('x'.repeat(1_048_576));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let index = 0; index < 30; index++) controller.enqueue(piece);
        controller.close();
      },
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as RequestInit;
    await expectError(await api.get('/v1/embeddings', init), { status: 413, code: 'body_too_large' });
  });

  it('names the content type to send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'nonsense',
    ]) {
      const response = await api.post(CHAT, '{"model":"m"}', { headers: { 'content-type': type } });
      await expectError(response, { status: 415, code: 'unsupported_content_type', message: /application\/json/ });
    }
  });

  it('says that a form without a boundary lacks it', async () => {
    for (const path of ['/v1/files', '/v1/audio/transcriptions']) {
      const response = await api.post(path, 'abc', { headers: { 'content-type': 'multipart/form-data' } });
      await expectError(response, { status: 415, code: 'unsupported_content_type', message: /names no boundary/ });
    }
  });

  it('says of a compressed body that it is not read, and takes one that is called identity', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await api.post(CHAT, '{"model":"test-chat"}', { headers });
    await expectError(response, { status: 415, code: 'unsupported_content_type', message: /'gzip'.*uncompressed/ });
    const plain = { ...headers, 'content-encoding': 'identity' };
    expect((await api.post(CHAT, '{"model":"test-chat"}', { headers: plain })).status).toBe(200);
  });

  it('takes JSON under any of its names, and without one', async () => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.api+json']) {
      const response = await api.post(CHAT, { model: 'test-chat' }, { headers: { 'content-type': type } });
      expect(response.status).toBe(200);
    }
    const head = `POST ${CHAT} HTTP/1.1\r\nhost: x\r\n${authorization}\r\nconnection: close\r\ncontent-length: 13\r\n\r\n{"model":"m"}`;
    expect(await sendRaw(api.url, head)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('answers an unknown route with 404, key or no key', async () => {
    await expectError(await api.post('/v1/nothing?x=1', {}), {
      status: 404,
      code: 'unknown_url',
      message: /^Unknown request URL: POST \/v1\/nothing\. /,
    });
    await expectError(await fetch(`${api.url}/nothing`), { status: 404, code: 'unknown_url' });
  });

  it('answers a wrong method with 405 and the methods that there are', async () => {
    const response = await api.get(CHAT, { method: 'PUT', body: '{}' });
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    await expectError(response, { status: 405, code: 'method_not_supported', message: /PUT \/v1\/chat\/completions/ });
    await expectError(await api.get('/v1/chat/completions/'), { status: 405, code: 'method_not_supported' });
    const models = await api.get('/v1/models/a/b', { method: 'DELETE' });
    expect(models.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(models.status).toBe(405);
  });

  it('answers a malformed URL with the envelope', async () => {
    await expectError(await fetch(`${api.url}/v1/models/%zz`), { status: 400, code: null, message: /URL/ });
    await expectError(await fetch(`${api.url}/v1/files/${'x'.repeat(600)}`), { status: 414, code: null });
  });

  it('answers what is no HTTP with the envelope', async () => {
    const rows = [
      ['NONSENSE\r\n\r\n', /^HTTP\/1\.1 400 /],
      [`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
      ['GET *nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 404 /],
      ['GET / HTTP/1.1\r\nhost: x\r\nexpect: tea\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 417 /],
    ] as const;
    for (const [text, status] of rows) {
      const answer = await sendRaw(api.url, text);
      expect(answer).toMatch(status);
      expect(answer).toMatch(/x-request-id: req_[0-9a-f]{32}/i);
      expect(answer).toMatch(/\{"error":\{"message":"[^"]+","type":"[a-z_]+","param":null,"code":[^}]+\}\}$/);
    }
  });

  it('serves a request without a Host header', async () => {
    expect(await sendRaw(api.url, 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('answers HEAD without a body and OPTIONS with the methods', async () => {
    const head = await api.get('/v1/models', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await api.get(CHAT, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    expect(options.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('never negotiates content', async () => {
    const response = await api.post(CHAT, { model: 'test-chat' }, { headers: { accept: 'image/png' } });
    expect(response.status).toBe(200);
  });

  it('is unharmed by all of this', async () => {
    expect((await api.post(CHAT, { model: 'test-chat' })).status).toBe(200);
  });
});
