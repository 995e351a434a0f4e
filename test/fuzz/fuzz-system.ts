import OpenAI from 'openai';
import type { System } from '../setup/processes.js';
import { fuzzRequests, type FuzzReport } from './fuzz-requests.js';

const INPUT = `${JSON.stringify({ custom_id: 'only', method: 'POST', url: '/v1/embeddings', body: { model: 'bge-m3/dev', input: 'x' } })}\n`;

/** Fuzzes a running system. @throws Error when it is not ready any more afterwards */
export async function fuzzSystem(
  system: Pick<System, 'baseUrl' | 'apiKey'>,
  run: { readonly count: number; readonly seed: number; readonly boundMs: number },
): Promise<FuzzReport> {
  const client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  const file = await OpenAI.toFile(Buffer.from(INPUT), 'input.jsonl');
  const { id: fileId } = await client.files.create({ file, purpose: 'batch' });
  const { baseUrl, apiKey } = system;
  const report = await fuzzRequests({ baseUrl, apiKey, fileId, ...run });
  const ready = await fetch(`${baseUrl}/ready`);
  if (!ready.ok) throw new Error(`the api is not ready after the run: ${await ready.text()}`);
  return report;
}
