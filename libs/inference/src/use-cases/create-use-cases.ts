import type { Catalog } from '../catalog/catalog.js';
import type { Transport } from '../transport/transport.port.js';
import { ChatCompletions } from './chat-completions.use-case.js';
import { Completions } from './completions.use-case.js';
import { Embeddings } from './embeddings.use-case.js';
import { Invocations } from './invocations.use-case.js';
import { Rerank } from './rerank.use-case.js';
import type { UseCaseOptions } from './use-case-options.js';

/** What can be asked of models with a JSON body. */
export interface JsonUseCases {
  readonly chat: ChatCompletions;
  readonly completions: Completions;
  readonly embeddings: Embeddings;
  readonly rerank: Rerank;
  readonly rerankV2: Rerank;
  readonly invocations: Invocations;
}

export function createUseCases(catalog: Catalog, transport: Transport, options: UseCaseOptions): JsonUseCases {
  const named = {
    chat: new ChatCompletions(catalog, transport, options),
    completions: new Completions(catalog, transport, options),
    embeddings: new Embeddings(catalog, transport, options),
    rerank: new Rerank(catalog, transport, options),
    rerankV2: new Rerank(catalog, transport, options, '2'),
  };
  return { ...named, invocations: new Invocations(catalog, transport, options, named) };
}
