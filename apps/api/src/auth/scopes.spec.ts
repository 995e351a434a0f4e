import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { ScriptedChat } from '../testing/scripted-use-cases.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { scopeOfRoute } from './route-scope.js';

const PEPPER = 'pepper-for-these-tests';
const MODELS = ['small/dev', 'large/dev', 'bge-m3/dev'].map((id) => ({ id, type: 'chat' }));
const sha256 = (key: string): Buffer => createHash('sha256').update(key).digest();

function entry(key: string, grants: object): object {
  const hash = createHmac('sha256', PEPPER).update(key).digest('hex');
  return { id: `key-${key}`, hash, tenant: 'acme', createdAt: '2026-01-01T00:00:00Z', ...grants };
}

describe('what a key is for', () => {
  let folder: string;
  let api: TestApi;
  const chat = new ScriptedChat();
  const modelKeys = new Map<string, Buffer>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-scopes-'));
    const path = join(folder, 'keys.json');
    const entries = [
      entry('sk-small', { models: ['small/dev'] }),
      entry('sk-pattern', { models: ['*rge/dev', 'bge*'], routes: ['realtime', 'bulk'] }),
      entry('sk-realtime', { routes: ['realtime'] }),
      entry('sk-bulk', { routes: ['bulk'] }),
      entry('sk-none', { models: [], routes: [] }),
      entry('sk-all', {}),
    ];
    await writeFile(path, JSON.stringify(entries));
    const environment = { SLUICE_KEYS_FILE: path, SLUICE_KEY_PEPPER: PEPPER };
    api = await startTestApi({
      chat,
      models: MODELS,
      environment,
      modelKeys: { keyFor: (modelId) => modelKeys.get(modelId) },
    });
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const as = (key: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${key}` } });
  const ask = (key: string, model: string): Promise<Response> =>
    api.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] }, as(key));
  const statusOf = async (answer: Promise<Response>): Promise<number> => {
    const response = await answer;
    await response.arrayBuffer();
    return response.status;
  };

  it('is said of every route: none is left to administrators by mistake', () => {
    const labels = api.api.routeTable.list().map(({ path }) => path.replace(/^(?:\/v\d)+(?=\/)/, ''));
    const left = new Set(labels.filter((label) => scopeOfRoute(label) === 'admin').map((label) => label.split('/')[1]));
    const open = ['capacity', '', 'health', 'ping', 'live', 'ready', 'metrics', 'openapi.json', 'docs'];
    expect([...left].filter((segment) => !open.includes(segment ?? ''))).toEqual([]);
  });

  it('is certain models, by every name that they have', async () => {
    for (const [key, model] of [
      ['sk-small', 'small/dev'],
      ['sk-small', 'small'],
      ['sk-pattern', 'large'],
      ['sk-pattern', 'bge-m3/dev'],
      ['sk-all', 'large/dev'],
    ] as const)
      expect(await statusOf(ask(key, model))).toBe(200);
  });

  it('is no other model: the answer is that of one that does not exist, and nothing is called', async () => {
    const calls = chat.calls.length;
    for (const [key, model] of [
      ['sk-small', 'large/dev'],
      ['sk-small', 'small/prod'],
      ['sk-pattern', 'small'],
    ] as const) {
      await expectError(await ask(key, model), {
        status: 404,
        code: 'model_not_found',
        param: 'model',
        message: new RegExp(`^The model \`${model}\` does not exist or you do not have access to it`),
      });
    }
    expect(chat.calls.length).toBe(calls);
  });

  it('decides which models are listed and found', async () => {
    const list = async (init: RequestInit): Promise<string[]> => {
      const { data } = (await (await fetch(`${api.url}/v1/models`, init)).json()) as { data: { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect(await list(as('sk-small'))).toEqual(['small/dev']);
    expect(await list(as('sk-pattern'))).toEqual(['large/dev', 'bge-m3/dev']);
    expect(await list(as('sk-none'))).toEqual([]);
    expect(await list(as('sk-all'))).toEqual(MODELS.map(({ id }) => id));
    expect(await list({})).toEqual(MODELS.map(({ id }) => id));
    expect(await statusOf(api.get('/v1/models/large', as('sk-small')))).toBe(404);
    expect(await statusOf(api.get('/v1/models/small', as('sk-small')))).toBe(200);
  });

  it('is realtime calls, or jobs and their files', async () => {
    expect(await statusOf(ask('sk-realtime', 'small'))).toBe(200);
    for (const path of ['/v1/files', '/v1/batches', '/v1/jobs', '/jobs']) {
      expect(await statusOf(api.get(path, as('sk-bulk')))).toBe(200);
      await expectError(await api.get(path, as('sk-realtime')), {
        status: 403,
        code: 'insufficient_permissions',
        message: /Missing scopes: bulk/,
      });
    }
    await expectError(await ask('sk-bulk', 'small'), { status: 403, code: 'insufficient_permissions' });
    await expectError(await ask('sk-none', 'small'), { status: 403, code: 'insufficient_permissions' });
  });

  it('is no job where it is certain models, since nobody has read which models the lines name', async () => {
    const create = { input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h' };
    for (const key of ['sk-small', 'sk-pattern'])
      await expectError(await api.post('/v1/batches', create, as(key)), {
        status: 403,
        code: 'insufficient_permissions',
        message: /limited to certain models/,
      });
    expect(await statusOf(api.post('/v1/batches', create, as('sk-all')))).toBe(200);
  });

  it('is one model, where it is the key of that model itself', async () => {
    modelKeys.set('small/dev', sha256('emd-secret-of-small'));
    modelKeys.set('large/dev', sha256('emd-secret-of-large'));
    expect(await statusOf(ask('emd-secret-of-small', 'small'))).toBe(200);
    expect(await statusOf(ask('emd-secret-of-large', 'large/dev'))).toBe(200);
    expect(await statusOf(ask('emd-secret-of-small', 'large/dev'))).toBe(404);
    expect(await statusOf(api.get('/v1/files', as('emd-secret-of-small')))).toBe(403);
  });

  it("is nothing any more once the model's key is another, or not known", async () => {
    modelKeys.set('small/dev', sha256('old-key-of-small'));
    expect(await statusOf(ask('old-key-of-small', 'small'))).toBe(200);
    modelKeys.set('small/dev', sha256('new-key-of-small'));
    expect(await statusOf(ask('old-key-of-small', 'small'))).toBe(401);
    modelKeys.delete('small/dev');
    expect(await statusOf(ask('new-key-of-small', 'small'))).toBe(401);
  });
});
