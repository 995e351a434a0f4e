import type { Sluice } from '#scripts/example/find-sluice';

export interface Ranked {
  readonly index: number;
  readonly relevance_score: number;
}

export interface RerankQuestion {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly string[];
  readonly top_n: number;
}

const TIMEOUT_MS = 60_000;

/** The OpenAI SDK has no method for it: a plain POST in the shape of Cohere and Jina. */
export async function rerank({ baseUrl, apiKey }: Sluice, question: RerankQuestion): Promise<readonly Ranked[]> {
  const response = await fetch(`${baseUrl}/rerank`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${baseUrl}/rerank answers ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { results: Ranked[] }).results;
}
