import type { BatchEndpoint, JobEndpoint } from '#contracts';
import {
  checkModelType,
  pieceBounds,
  type Inference,
  type InferenceCall,
  type InferenceReply,
  type ModelEntry,
  packLimitsOf,
  type Operation,
  type PieceBounds,
} from '#inference';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { hearPiece } from '../recordings/hear-piece.js';
import { BulkModels, type BulkTarget } from './bulk-models.port.js';

const OPERATION_OF = {
  '/v1/embeddings': 'embeddings',
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completions',
  '/v1/rerank': 'rerank',
  '/v1/audio/transcriptions': 'transcriptions',
  '/v1/audio/translations': 'translations',
} as const satisfies Record<JobEndpoint, Operation>;

/** The least that each operation can be asked for. */
const CANARIES = {
  '/v1/embeddings': { input: 'ping' },
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 },
  '/v1/completions': { prompt: 'ping', max_tokens: 1 },
  '/v1/rerank': { query: 'ping', documents: ['pong'] },
  '/v1/audio/transcriptions': {},
  '/v1/audio/translations': {},
} as const satisfies Record<JobEndpoint, object>;

export interface CatalogModelsOptions {
  /** Whether lines may share calls where a model allows it. */
  readonly packing: boolean;
}

/** The catalog's models, called through the same use cases as realtime. */
export class CatalogModels extends BulkModels {
  constructor(
    readonly inference: Inference,
    readonly store: ObjectStore,
    private readonly options: CatalogModelsOptions,
  ) {
    super();
  }

  targets(): readonly BulkTarget[] {
    const targets = new Map<string, BulkTarget>();
    for (const entry of this.inference.catalog.list()) {
      const target = this.toTarget(entry);
      const known = targets.get(target.endpoint);
      if (known === undefined || known.concurrency < target.concurrency) targets.set(target.endpoint, target);
    }
    return [...targets.values()];
  }

  target(model: string): BulkTarget | undefined {
    const entry = this.inference.catalog.find(model);
    return entry === undefined ? undefined : this.toTarget(entry);
  }

  refusal(model: string, endpoint: JobEndpoint): { readonly code: string; readonly message: string } | undefined {
    try {
      checkModelType(this.inference.catalog.resolve(model), OPERATION_OF[endpoint]);
      return undefined;
    } catch (error) {
      if (!GatewayError.is(error)) throw error;
      return { code: error.code ?? 'invalid_model', message: error.message };
    }
  }

  async call(endpoint: JobEndpoint, call: InferenceCall): Promise<InferenceReply> {
    if (isSpoken(endpoint)) return await hearPiece(endpoint, call, this);
    return await this.inference.useCases[OPERATION_OF[endpoint]].create(call);
  }

  pieceLimits(model: string): PieceBounds {
    return pieceBounds(this.inference.catalog.resolve(model));
  }

  canary(model: string, endpoint: JobEndpoint): Buffer {
    return Buffer.from(JSON.stringify({ model, ...CANARIES[endpoint] }));
  }

  private toTarget(entry: ModelEntry): BulkTarget {
    const { target, limits } = entry;
    const endpoint =
      target.inferenceComponent === undefined ? target.endpoint : `${target.endpoint}-${target.inferenceComponent}`;
    const packing = this.options.packing ? packLimitsOf(entry) : undefined;
    return { endpoint, concurrency: limits.concurrency, ...(packing === undefined ? {} : { packing }) };
  }
}

function isSpoken(endpoint: JobEndpoint): endpoint is Exclude<JobEndpoint, BatchEndpoint> {
  return endpoint === '/v1/audio/transcriptions' || endpoint === '/v1/audio/translations';
}
