import { setTimeout as delay } from 'node:timers/promises';
import type OpenAI from 'openai';
import { toFile } from 'openai';

export interface OutputRow {
  readonly id: string;
  readonly custom_id: string;
  readonly response: { readonly status_code: number; readonly body: Record<string, unknown> } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const POLL_MS = 100;

/** `count` embedding requests whose ids and texts differ, as JSONL. */
export function embeddingLines(count: number, model = 'bge-m3/dev'): string {
  const lines: string[] = [];
  for (let line = 0; line < count; line++)
    lines.push(JSON.stringify(embeddingRequest(`line-${line}`, `passage number ${line}`, model)));
  return `${lines.join('\n')}\n`;
}

export function embeddingRequest(customId: string, input: string, model = 'bge-m3/dev'): object {
  const body = { model, input, encoding_format: 'base64', dimensions: 64 };
  return { custom_id: customId, method: 'POST', url: '/v1/embeddings', body };
}

export function chatRequest(customId: string, content: string, model = 'Qwen2.5-7B-Instruct/dev'): object {
  const body = { model, messages: [{ role: 'user', content }], max_tokens: 64 };
  return { custom_id: customId, method: 'POST', url: '/v1/chat/completions', body };
}

export function toLines(requests: readonly object[]): string {
  return `${requests.map((request) => JSON.stringify(request)).join('\n')}\n`;
}

export async function uploadInput(client: OpenAI, lines: string | Uint8Array): Promise<string> {
  const file = await client.files.create({ file: await toFile(Buffer.from(lines), 'input.jsonl'), purpose: 'batch' });
  return file.id;
}

export async function createBatch(
  client: OpenAI,
  inputFileId: string,
  endpoint: '/v1/embeddings' | '/v1/chat/completions' = '/v1/embeddings',
): Promise<OpenAI.Batch> {
  return await client.batches.create({ input_file_id: inputFileId, endpoint, completion_window: '24h' });
}

/** Polls until `reached` holds. Answers that fail are passed over: parts of the system may be down on purpose. */
export async function pollBatch(
  client: OpenAI,
  batchId: string,
  reached: (batch: OpenAI.Batch) => boolean,
  timeoutMs = 90_000,
): Promise<OpenAI.Batch> {
  const deadline = Date.now() + timeoutMs;
  let last = 'nothing yet';
  while (Date.now() < deadline) {
    try {
      const batch = await client.batches.retrieve(batchId, { maxRetries: 0, timeout: 5000 });
      if (reached(batch)) return batch;
      last = JSON.stringify({ status: batch.status, counts: batch.request_counts, errors: batch.errors });
    } catch (error) {
      last = String(error);
    }
    await delay(POLL_MS);
  }
  throw new Error(`the batch ${batchId} did not get there within ${timeoutMs} ms; last seen: ${last}`);
}

export async function finishedBatch(client: OpenAI, batchId: string, timeoutMs?: number): Promise<OpenAI.Batch> {
  return await pollBatch(
    client,
    batchId,
    ({ status }) => ['completed', 'failed', 'expired', 'cancelled'].includes(status),
    timeoutMs,
  );
}

export async function readRows(client: OpenAI, fileId: string | null | undefined): Promise<OutputRow[]> {
  if (!fileId) return [];
  const text = await (await client.files.content(fileId)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutputRow);
}

/** Tokens that a row's answer says it cost; NaN when it says nothing, which no sum hides. */
export function usedTokens(row: OutputRow): number {
  const usage = row.response?.body['usage'] as { readonly total_tokens: number } | undefined;
  return usage?.total_tokens ?? Number.NaN;
}
