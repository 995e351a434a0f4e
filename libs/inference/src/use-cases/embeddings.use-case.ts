import { decodeEmbeddingsReply } from '../adapters/openai/decode-embeddings-reply.js';
import { encodeEmbeddingsRequest } from '../adapters/openai/encode-embeddings-request.js';
import { validateEmbeddingsRequest } from '../adapters/openai/validate-embeddings-request.js';
import type { Catalog } from '../catalog/catalog.js';
import { UseCase, type InferenceCall, type InferenceReply } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';

export class Embeddings extends UseCase {
  private readonly caller: ModelCaller;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
  }

  async create(call: InferenceCall): Promise<InferenceReply> {
    const entry = this.caller.resolve(call, 'embeddings', 'invoke');
    const request = validateEmbeddingsRequest(call.body);
    const bytes = encodeEmbeddingsRequest(call.body, entry.servedName);
    return this.caller.observed(entry, 'embeddings', async () =>
      decodeEmbeddingsReply(await this.caller.invoke(entry, call, bytes), { ...request, model: call.model }),
    );
  }
}
