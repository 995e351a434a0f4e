import { rebuildJson } from '../openai/rebuild-json.js';
import { textsOf, type RerankDialect } from '../rerank/rerank-dialect.js';

/** What TEI takes besides; it refuses none, but it would echo the documents for `return_text`. */
const OTHER_DIALECTS: ReadonlySet<string> = new Set([
  'model',
  'documents',
  'inputs',
  'top_n',
  'top_k',
  'max_rerank',
  'rank_fields',
  'user',
  'return_documents',
  'return_text',
  'return_metadata',
  'max_chunks_per_doc',
  'max_tokens_per_doc',
]);

/** Text Embeddings Inference: `{"query", "texts"}` in, a bare list of index and score out. */
export const teiRerank: RerankDialect = {
  path: '/rerank',
  encode: (question) => {
    const query = JSON.stringify(question.request.query);
    return rebuildJson(question.body, { drop: OTHER_DIALECTS, put: { query, texts: textsOf(question) } }).bytes;
  },
};
