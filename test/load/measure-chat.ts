import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KEY, cpuSeconds, loadFile, memoryMegabytes, runLoad, type Candidate } from '#load/bench-processes';

export interface LoadResult {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadPlan {
  readonly path: string;
  readonly bodyFile: string;
  readonly requests: number;
  readonly connections: number;
  /** Absent = JSON. */
  readonly contentType?: string;
}

/** @throws Error when one of the answers is not a 200. */
export async function load({ name, origin }: Candidate, plan: LoadPlan): Promise<LoadResult> {
  const { path, contentType = 'application/json', ...rest } = plan;
  const headers = { 'content-type': contentType, authorization: `Bearer ${API_KEY}` };
  const seen = await runLoad<LoadResult>(loadFile('load-generator.mjs'), { url: origin + path, headers, ...rest });
  if (seen.statuses['200'] !== plan.requests) throw new Error(`${name} answered ${JSON.stringify(seen.statuses)}`);
  return seen;
}

/** A question of 900 bytes. */
export function writeChatBody(folder: string): string {
  const question = 'What is the capital of France, and on which river does it lie? '.repeat(12).trim();
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: question },
  ];
  const bodyFile = join(folder, 'chat.json');
  writeFileSync(bodyFile, JSON.stringify({ model: 'chat/dev', messages, temperature: 0.7, max_tokens: 256, seed: 7 }));
  return bodyFile;
}

export function chatPlan(bodyFile: string, requests: number, connections: number): LoadPlan {
  return { path: '/v1/chat/completions', bodyFile, requests, connections };
}

/** CPU µs per request. */
export async function measureCpu(candidate: Candidate, plan: LoadPlan): Promise<number> {
  const before = cpuSeconds(candidate.pid);
  const seen = await load(candidate, plan);
  const micros = ((cpuSeconds(candidate.pid) - before) * 1e6) / plan.requests;
  const rate = (plan.requests / seen.seconds).toFixed(0).padStart(6);
  console.log(
    `${plan.path.padEnd(20)} ${candidate.name.padEnd(7)} ${micros.toFixed(1).padStart(7)} µs CPU/request ${rate}/s  p50 ${seen.p50Ms.toFixed(2)} ms  p99 ${seen.p99Ms.toFixed(2)} ms  RSS ${memoryMegabytes(candidate.pid)} MB`,
  );
  return micros;
}
