import OpenAI from 'openai';
import type { System } from '../../setup/processes.js';

/** A client that tells each failure instead of trying again. */
export function impatientClient(system: System): OpenAI {
  return new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 0, timeout: 15_000 });
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly error?: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string | null;
    };
  };
  readonly text: string;
}

/** One request as it goes over the wire, for what no SDK would send. */
export async function send(
  system: System,
  path: string,
  init: RequestInit & { readonly key?: string | null } = {},
): Promise<RawAnswer> {
  const { key = system.apiKey, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (key !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${key}`);
  const response = await fetch(`${system.baseUrl}${path}`, { ...rest, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as RawAnswer['body']) : {},
    text,
  };
}

export async function sendJson(system: System, path: string, body: unknown): Promise<RawAnswer> {
  return await send(system, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export const CHAT_MODEL = 'Qwen2.5-7B-Instruct/dev';
export const CHAT_ENDPOINT = 'EMD-Model-qwen2-5-7b-instruct-endpoint';
export const EMBEDDING_MODEL = 'bge-m3/dev';
export const EMBEDDING_ENDPOINT = 'EMD-Model-bge-m3-endpoint';

/** Chat, embeddings and rerank each answer once. Throws what the first that fails throws. */
export async function askEverything(system: System): Promise<void> {
  const client = impatientClient(system);
  const chat = await client.chat.completions.create({
    model: CHAT_MODEL,
    messages: [{ role: 'user', content: 'Reply with exactly: here' }],
  });
  if (chat.choices[0]?.message.content !== 'here') throw new Error(`chat answered ${JSON.stringify(chat)}`);
  const embeddings = await client.embeddings.create({ model: EMBEDDING_MODEL, input: 'here' });
  if (embeddings.data.length !== 1) throw new Error(`embeddings answered ${JSON.stringify(embeddings)}`);
  const rerank = await sendJson(system, '/v1/rerank', {
    model: 'bge-reranker-v2-m3/dev',
    query: 'What is the capital of France?',
    documents: ['Berlin is the capital of Germany.', 'Paris is the capital of France.'],
  });
  const [first] = (rerank.body as { results?: { index: number }[] }).results ?? [];
  if (first?.index !== 1) throw new Error(`rerank answered ${rerank.status} ${rerank.text}`);
}
