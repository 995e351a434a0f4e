import type { JsonBody } from '#platform';
import type { RerankRequest } from '../openai/rerank-request.types.js';

/** What is asked of a model server in one call. */
export interface RerankQuestion {
  readonly body: JsonBody;
  readonly request: RerankRequest;
  readonly servedName: string;
  /** JSON text of each document of this call, where they are not all of the request's. */
  readonly texts?: readonly Buffer[];
}

/** How one kind of model server is asked to rank. What it answers is read the same way for all. */
export interface RerankDialect {
  /** Path on an HTTP server, where it is not the usual one. */
  readonly path?: string;
  encode(question: RerankQuestion): Buffer;
}

/** JSON text of the documents of a call. */
export function textsOf({ request, texts }: RerankQuestion): string {
  return texts === undefined
    ? JSON.stringify(request.texts)
    : `[${texts.map((text) => text.toString('utf8')).join(',')}]`;
}
