import type { AdapterName } from '../../catalog/model-entry.types.js';
import { emdTransformersEmbeddings } from '../emd-transformers/embeddings.js';
import { openAiEmbeddings } from '../openai/openai-embeddings.js';
import { teiEmbeddings } from '../tei/embeddings.js';
import type { EmbeddingsDialect } from './embeddings-dialect.js';

export function embeddingsDialectOf(adapter: AdapterName): EmbeddingsDialect {
  if (adapter === 'tei') return teiEmbeddings;
  return adapter === 'emd-transformers' ? emdTransformersEmbeddings : openAiEmbeddings;
}
