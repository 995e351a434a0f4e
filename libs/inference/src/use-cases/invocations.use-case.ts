import { GatewayError, spliceJson, type JsonBody } from '#platform';
import { chatFromSeed, embeddingsFromSeed, rerankFromSeed } from '../adapters/openai/seed-invocation.js';
import { decodeRawReply } from '../adapters/raw/decode-raw-reply.js';
import type { Catalog } from '../catalog/catalog.js';
import {
  StreamingUseCase,
  type InferenceCall,
  type InferenceReply,
  type InferenceStream,
  type UseCase,
} from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';

/** The use cases that know what a body means. */
export interface NamedUseCases {
  readonly chat: StreamingUseCase;
  readonly completions: StreamingUseCase;
  readonly embeddings: UseCase;
  readonly rerank: UseCase;
}

interface Meant {
  readonly useCase: UseCase | StreamingUseCase;
  readonly body: JsonBody;
}

/**
 * The route of all work. A body in the words of another route, or in those of EMD's documents, is answered as that route
 * answers it. Any other body goes to the container as it is, with `model` spliced, and the container's bytes come back.
 */
export class Invocations extends StreamingUseCase {
  private readonly catalog: Catalog;
  private readonly caller: ModelCaller;

  constructor(
    catalog: Catalog,
    transport: Transport,
    options: UseCaseOptions,
    private readonly named: NamedUseCases,
  ) {
    super();
    this.catalog = catalog;
    this.caller = new ModelCaller(catalog, transport, options);
  }

  async create(call: InferenceCall): Promise<InferenceReply> {
    const meant = this.meaningOf(call);
    if (meant !== undefined) return meant.useCase.create({ ...call, body: meant.body });
    const entry = this.caller.resolve(call, 'invocations', 'invoke');
    const bytes = spliceJson(call.body, { model: JSON.stringify(entry.servedName) });
    const operation = 'invocations';
    return this.caller.observed(entry, operation, async () =>
      decodeRawReply(await this.caller.invoke(entry, call, bytes, { operation })),
    );
  }

  /** @throws GatewayError `unsupported_model` when what the body asks for does not stream. */
  async stream(call: InferenceCall): Promise<InferenceStream> {
    const meant = this.meaningOf(call);
    if (meant?.useCase instanceof StreamingUseCase) return meant.useCase.stream({ ...call, body: meant.body });
    const { id } = this.catalog.resolve(call.model);
    // Nobody but the container knows what the pieces of its answer mean.
    throw new GatewayError('unsupported_model', `The model '${id}' does not stream here. Leave 'stream' out.`, {
      param: 'stream',
    });
  }

  private meaningOf({ model, body }: InferenceCall): Meant | undefined {
    const entry = this.catalog.resolve(model);
    if (entry.adapter === 'raw') return undefined;
    switch (entry.type) {
      case 'chat':
      case 'vision':
        return this.chatMeaning(body);
      case 'embedding':
        return body.has('input') ? { useCase: this.named.embeddings, body: embeddingsFromSeed(body) } : undefined;
      case 'rerank':
        return this.rerankMeaning(body);
      case 'transcription':
      case 'custom':
        return undefined;
    }
  }

  private chatMeaning(body: JsonBody): Meant | undefined {
    if (body.has('messages')) return { useCase: this.named.chat, body };
    if (body.has('prompt')) return { useCase: this.named.completions, body };
    // Other words, such as `inputs`, are an engine's own.
    return body.has('input') ? { useCase: this.named.chat, body: chatFromSeed(body) } : undefined;
  }

  private rerankMeaning(body: JsonBody): Meant | undefined {
    if (body.has('query')) return { useCase: this.named.rerank, body };
    return body.has('input') ? { useCase: this.named.rerank, body: rerankFromSeed(body) } : undefined;
  }
}
