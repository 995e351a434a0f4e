import type { BulkVia, JobEndpoint } from '#contracts';
import {
  checkModelType,
  endpointName,
  pieceBounds,
  type Inference,
  type InferenceCall,
  type InferenceReply,
  type ModelEntry,
  packLimitsOf,
  type PieceBounds,
} from '#inference';
import { BufferPool, GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { hearFile, isFileOrder, type FileHearing, type FileRules } from '../recordings/hear-file.js';
import { hearPiece } from '../recordings/hear-piece.js';
import { BulkModels, type BulkTarget } from './bulk-models.port.js';
import { OPERATION_OF } from './operation-of.js';

/** The least that each operation can be asked for. */
const CANARIES = {
  '/v1/embeddings': { input: 'ping' },
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 },
  '/v1/completions': { prompt: 'ping', max_tokens: 1 },
  '/v1/rerank': { query: 'ping', documents: ['pong'] },
  '/v1/audio/transcriptions': {},
  '/v1/audio/translations': {},
} as const satisfies Record<JobEndpoint, object>;

export interface CatalogModelsOptions extends FileRules {
  /** Whether lines may share calls where a model allows it. */
  readonly packing: boolean;
}

/** Of samples that were sent: sixteen pieces of 30 seconds. */
const MAX_SPARE_BYTES = 16 * 1_048_576;

/** The catalog's models, called through the same use cases as realtime. */
export class CatalogModels extends BulkModels {
  readonly memory = new BufferPool(MAX_SPARE_BYTES);

  constructor(
    readonly inference: Inference,
    readonly store: ObjectStore,
    private readonly options: CatalogModelsOptions,
  ) {
    super();
  }

  targets(): readonly BulkTarget[] {
    const targets = new Map<string, BulkTarget>();
    const all = this.inference.catalog
      .list()
      .flatMap((entry) => [this.toTarget(entry), this.asyncTarget(entry) ?? []].flat());
    for (const target of all) {
      const known = targets.get(target.endpoint);
      if (known === undefined || known.concurrency < target.concurrency) targets.set(target.endpoint, target);
    }
    return [...targets.values()];
  }

  target(model: string, via?: BulkVia): BulkTarget | undefined {
    const entry = this.inference.catalog.find(model);
    if (entry === undefined) return undefined;
    return (via === 'async' ? this.asyncTarget(entry) : undefined) ?? this.toTarget(entry);
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
    if (isSpoken(endpoint)) {
      return isFileOrder(call)
        ? await hearFile(endpoint, call, this.hearing(call.model))
        : await hearPiece(endpoint, call, this);
    }
    return await this.inference.useCases[OPERATION_OF[endpoint]].create(call);
  }

  pieceLimits(model: string): PieceBounds {
    return pieceBounds(this.inference.catalog.resolve(model));
  }

  /** The asynchronous endpoint beside the model's own target. */
  private asyncTarget({ bulk }: ModelEntry): BulkTarget | undefined {
    if (bulk === undefined || this.inference.deferred === undefined) return undefined;
    return { endpoint: bulk.target.endpoint, concurrency: bulk.concurrency };
  }

  canary(model: string, endpoint: JobEndpoint): Buffer {
    return Buffer.from(JSON.stringify({ model, ...CANARIES[endpoint] }));
  }

  private hearing(model: string): FileHearing {
    const { inference, store, memory, options } = this;
    return { ...options, inference, store, memory, limits: this.pieceLimits(model) };
  }

  private toTarget(entry: ModelEntry): BulkTarget {
    const first = this.toMember(entry);
    if (entry.replicas.length === 0) return first;
    const members = [first, ...entry.replicas.map((replica) => this.toMember(replica))];
    return { ...first, members, concurrency: members.reduce((sum, { concurrency }) => sum + concurrency, 0) };
  }

  private toMember(entry: ModelEntry): BulkTarget {
    const { target, limits, sharing } = entry;
    const packing = this.options.packing ? packLimitsOf(entry) : undefined;
    return {
      endpoint: endpointName(target),
      concurrency: limits.concurrency,
      sharing,
      ...(packing === undefined ? {} : { packing }),
    };
  }
}

function isSpoken(endpoint: JobEndpoint): endpoint is Extract<JobEndpoint, `/v1/audio/${string}`> {
  return endpoint === '/v1/audio/transcriptions' || endpoint === '/v1/audio/translations';
}
