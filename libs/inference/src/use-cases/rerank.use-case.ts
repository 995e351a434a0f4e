import { decodeRerankReply } from '../adapters/openai/decode-rerank-reply.js';
import { encodeRerankRequest } from '../adapters/openai/encode-rerank-request.js';
import { validateRerankRequest } from '../adapters/openai/validate-rerank-request.js';
import type { Catalog } from '../catalog/catalog.js';
import { UseCase, type InferenceCall, type InferenceReply } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';

export class Rerank extends UseCase {
  private readonly caller: ModelCaller;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
  }

  async create(call: InferenceCall): Promise<InferenceReply> {
    const entry = this.caller.resolve(call, 'rerank', 'invoke');
    const request = validateRerankRequest(call.body);
    const bytes = encodeRerankRequest(call.body, request, entry.servedName);
    return this.caller.observed(entry, 'rerank', async () =>
      decodeRerankReply(await this.caller.invoke(entry, call, bytes), request, call.model),
    );
  }
}
