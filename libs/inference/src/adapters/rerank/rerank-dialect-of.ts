import type { AdapterName } from '../../catalog/model-entry.types.js';
import { emdTransformersRerank } from '../emd-transformers/rerank.js';
import { openAiRerank } from '../openai/encode-rerank-request.js';
import { teiRerank } from '../tei/rerank.js';
import type { RerankDialect } from './rerank-dialect.js';

export function rerankDialectOf(adapter: AdapterName): RerankDialect {
  if (adapter === 'tei') return teiRerank;
  return adapter === 'emd-transformers' ? emdTransformersRerank : openAiRerank;
}
