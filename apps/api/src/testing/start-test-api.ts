import { WebhookEndpoints, type Bulk, type BulkCheck } from '#jobs';
import { createLogger, createRegistry, GatewayError, OutboundClient, type Environment } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../../libs/storage/src/testing/index.js';
import { createAccessLog } from '../access-log/access-log.js';
import type { ModelKeys } from '../auth/model-keys.js';
import { readApiConfig } from '../config.js';
import { createApp, type Api } from '../create-app.js';
import type { CatalogModel, ModelCatalog } from '../models/model-catalog.port.js';
import { MemoryBatches } from './memory-batches.js';
import { MemoryJobs } from './memory-jobs.js';
import { MemoryRecordings } from './memory-recordings.js';
import { MemoryUploads } from './memory-uploads.js';
import { MemoryFiles } from './memory-files.js';
import { ScriptedSpeech } from './scripted-speech.js';
import { ScriptedChat, ScriptedUseCase, USAGE } from './scripted-use-cases.js';

export const API_KEY = 'sk-test-0123456789abcdefghij';

export interface TestApiOptions {
  readonly chat?: ScriptedChat;
  readonly completions?: ScriptedChat;
  readonly invocations?: ScriptedChat;
  readonly transcriptions?: ScriptedSpeech;
  readonly embeddings?: ScriptedUseCase;
  readonly models?: readonly CatalogModel[];
  readonly environment?: Environment;
  readonly checks?: readonly BulkCheck[];
  readonly capacity?: Bulk['capacity'];
  readonly modelKeys?: ModelKeys;
}

/** The whole api on a free port, over real HTTP, with libraries whose answers a test decides. */
export interface TestApi {
  readonly api: Api;
  readonly url: string;
  readonly files: MemoryFiles;
  readonly uploads: MemoryUploads;
  readonly batches: MemoryBatches;
  readonly jobs: MemoryJobs;
  readonly recordings: MemoryRecordings;
  readonly rerank: ScriptedUseCase;
  /** Access log lines so far, parsed. */
  readonly logLines: Record<string, unknown>[];
  /** Sends JSON with the test's key. */
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  get(path: string, init?: RequestInit): Promise<Response>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const files = new MemoryFiles();
  const uploads = new MemoryUploads();
  const batches = new MemoryBatches();
  const jobs = new MemoryJobs();
  const chat = options.chat ?? new ScriptedChat();
  const rerank = new ScriptedUseCase(() => ({ body: Buffer.from('{"object":"list","results":[]}'), usage: undefined }));
  const recordings = new MemoryRecordings();
  const catalog = createCatalog(options.models ?? [{ id: 'test-chat/dev', type: 'chat' }]);
  const logLines: Record<string, unknown>[] = [];
  const config = readApiConfig({
    PORT: '0',
    SLUICE_API_KEY: API_KEY,
    SLUICE_LOG_LEVEL: 'info',
    SLUICE_DRAIN_TIMEOUT_MS: '500',
    ...options.environment,
  });
  const store = new MemoryObjectStore();
  const outbound = new OutboundClient(config.bulk.outbound);
  const api = await createApp(config, {
    logger: createLogger({ name: 'api', level: 'silent' }),
    registry: createRegistry({ processMetrics: false }),
    accessLog: createAccessLog({
      level: 'info',
      output: {
        write: (line) => void logLines.push(JSON.parse(line) as Record<string, unknown>),
        flush: () => undefined,
      },
    }),
    inference: {
      catalog,
      useCases: {
        chat,
        completions: options.completions ?? chat,
        embeddings: options.embeddings ?? floats(),
        rerank,
        rerankV2: rerank,
        invocations: options.invocations ?? chat,
        transcriptions: options.transcriptions ?? new ScriptedSpeech(),
        translations: new ScriptedSpeech(),
      },
      maxPieceSeconds: (name) => {
        catalog.resolve(name);
        return Infinity;
      },
      close: () => Promise.resolve(),
    },
    modelKeys: options.modelKeys,
    bulk: {
      files,
      uploads,
      batches,
      jobs,
      recordings,
      webhooks: new WebhookEndpoints({ ...config.bulk, store, records: new RecordStore(store), outbound }),
      capacity: options.capacity ?? (async () => await Promise.resolve(undefined)),
      stopJobsOf: async () => await Promise.resolve([]),
      checks: () => options.checks ?? [],
      close: () => outbound.close(),
    },
  });
  const url = await api.listen();
  const authorization = `Bearer ${API_KEY}`;
  return {
    api,
    url,
    files,
    uploads,
    batches,
    jobs,
    recordings,
    rerank,
    logLines,
    post: (path, body, init = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { authorization, 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
      }),
    get: (path, init = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

function createCatalog(models: readonly CatalogModel[]): ModelCatalog {
  return {
    created: 1_700_000_000,
    list: () => models,
    resolve: (name) => {
      const model = models.find(({ id }) => id === name || id === `${name}/dev`);
      if (model !== undefined) return model;
      throw new GatewayError(
        'model_not_found',
        `The model \`${name}\` does not exist or you do not have access to it.`,
        { param: 'model' },
      );
    },
  };
}

function floats(): ScriptedUseCase {
  return new ScriptedUseCase(({ model, body }) => {
    const vector = [0.25, -0.5];
    const base64 = Buffer.from(new Float32Array(vector).buffer).toString('base64');
    const embedding = body.value('encoding_format') === 'base64' ? base64 : vector;
    const usage = { prompt_tokens: 3, total_tokens: 3 };
    return {
      body: Buffer.from(
        JSON.stringify({ object: 'list', model, data: [{ object: 'embedding', index: 0, embedding }], usage }),
      ),
      usage: USAGE,
    };
  });
}
