import { setTimeout as delay } from 'node:timers/promises';
import { toFile, type OpenAI } from 'openai';
import { createProgressLine, renderProgress } from '#scripts/example/progress-bar';

interface BatchLine {
  readonly custom_id: string;
  readonly response: { readonly body: { readonly data: readonly [{ readonly embedding: number[] }] } };
}

const POLL_MS = 300;
const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

/** One vector for each text, in order, by way of a file, a batch and its output file. */
export async function embedAsBatch(client: OpenAI, model: string, texts: readonly string[]): Promise<number[][]> {
  const lines = texts.map((input, index) =>
    JSON.stringify({ custom_id: `passage-${index}`, method: 'POST', url: '/v1/embeddings', body: { model, input } }),
  );
  const file = await toFile(Buffer.from(lines.join('\n')), 'passages.jsonl');
  const upload = await client.files.create({ file, purpose: 'batch' });
  const created = await client.batches.create({
    input_file_id: upload.id,
    endpoint: '/v1/embeddings',
    completion_window: '24h',
  });
  const batch = await follow(client, created.id, texts.length);
  const { completed = 0, failed = 0 } = batch.request_counts ?? {};
  if (batch.status !== 'completed' || failed > 0 || batch.output_file_id === undefined) {
    const reason = batch.errors?.data?.[0]?.message ?? (await firstError(client, batch.error_file_id));
    throw new Error(`Batch ${batch.id} is ${batch.status}, ${completed} lines done, ${failed} failed: ${reason}`);
  }
  return readVectors(await readText(client, batch.output_file_id), texts.length);
}

async function follow(client: OpenAI, id: string, total: number): Promise<OpenAI.Batch> {
  const startedAt = Date.now();
  const line = createProgressLine();
  for (;;) {
    const batch = await client.batches.retrieve(id);
    const { completed = 0, failed = 0 } = batch.request_counts ?? {};
    line.show(`${renderProgress(completed + failed, total, Date.now() - startedAt)}  ${batch.status}`);
    if (ENDED.includes(batch.status)) {
      line.end();
      return batch;
    }
    await delay(POLL_MS);
  }
}

function readVectors(output: string, total: number): number[][] {
  const byId = new Map<string, number[]>();
  for (const text of output.trimEnd().split('\n')) {
    const { custom_id: id, response } = JSON.parse(text) as BatchLine;
    byId.set(id, response.body.data[0].embedding);
  }
  return Array.from({ length: total }, (_, index) => {
    const vector = byId.get(`passage-${index}`);
    if (vector === undefined) throw new Error(`The batch's output has no line for passage-${index}.`);
    return vector;
  });
}

async function firstError(client: OpenAI, fileId: string | undefined): Promise<string> {
  return fileId === undefined ? 'no reason was given' : ((await readText(client, fileId)).split('\n')[0] ?? '');
}

async function readText(client: OpenAI, fileId: string): Promise<string> {
  return await (await client.files.content(fileId)).text();
}
