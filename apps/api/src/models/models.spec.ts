import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const models = [
  { id: 'Qwen2.5-7B-Instruct/dev', type: 'chat' },
  { id: 'bge-m3/dev', type: 'embedding' },
];

describe('models', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ models });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('are listed without a key, with and without /v1, twice /v1 and a trailing slash', async () => {
    for (const path of ['/v1/models', '/models', '/v1/v1/models', '/v1/models/', '//v1//models', '/models/']) {
      const response = await fetch(`${api.url}${path}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        object: 'list',
        data: models.map(({ id, type }) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'sluice', type })),
      });
    }
  });

  it('are found by an id whose slash is plain or encoded', async () => {
    for (const path of [
      '/v1/models/Qwen2.5-7B-Instruct/dev',
      '/v1/models/Qwen2.5-7B-Instruct%2Fdev',
      '/models/Qwen2.5-7B-Instruct%2fdev',
      '/v1/models/Qwen2.5-7B-Instruct',
    ]) {
      const response = await fetch(`${api.url}${path}`);
      expect(await response.json()).toMatchObject({ id: 'Qwen2.5-7B-Instruct/dev', object: 'model', type: 'chat' });
    }
  });

  it('are 404 when unknown', async () => {
    await expectError(await fetch(`${api.url}/v1/models/nope%2Fdev`), {
      status: 404,
      code: 'model_not_found',
      param: 'model',
      message: /`nope\/dev`/,
    });
  });

  it('need a key where configuration says so', async () => {
    await using closed = await startTestApi({ models, environment: { SLUICE_OPEN_MODELS: 'false' } });
    await expectError(await fetch(`${closed.url}/v1/models`), { status: 401, code: null });
    expect((await closed.get('/v1/models')).status).toBe(200);
  });
});
