import { textsOf, type RerankDialect } from '../rerank/rerank-dialect.js';

/** EMD's transformers backend (jina-reranker-v2) reads two members and nothing else. */
export const emdTransformersRerank: RerankDialect = {
  encode: (question) => {
    const { servedName, request } = question;
    const head = `"model":${JSON.stringify(servedName)},"query":${JSON.stringify(request.query)}`;
    return Buffer.from(`{${head},"documents":${textsOf(question)}}`);
  },
};
