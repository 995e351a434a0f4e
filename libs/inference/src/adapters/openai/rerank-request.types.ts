/** Of Cohere's API: the second never echoes documents, the first does for vLLM's, Jina's and EMD's clients. */
export type RerankVersion = '1' | '2';

/** A rerank request read from any of the dialects in use (Cohere, Jina, vLLM, TEI, EMD, Voyage). */
export interface RerankRequest {
  readonly query: string;
  /** Text of each document, in the caller's order. */
  readonly texts: readonly string[];
  /** The documents as the caller sent them. */
  readonly documents: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Number of results that the caller wants, between 1 and the number of documents. */
  readonly topN: number;
  /** Whether results carry their document. */
  readonly returnDocuments: boolean;
  readonly version: RerankVersion;
}
