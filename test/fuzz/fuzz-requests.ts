import { Pool } from 'undici';
import { judgeAnswer, type FuzzAnswer } from './judge-answer.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { seedBodies } from './seed-bodies.js';

export interface FuzzOptions {
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Of a file that can be a batch's input. */
  readonly fileId: string;
  readonly count: number;
  /** The same seed makes the same requests. */
  readonly seed: number;
  /** No further request is begun once this long has passed; in milliseconds. */
  readonly boundMs: number;
}

export interface Finding {
  /** Of the request among all of this seed. */
  readonly index: number;
  readonly path: string;
  /** Empty where none was sent. */
  readonly contentType: string;
  /** In base64, as it was sent. */
  readonly body: string;
  readonly complaint: string;
}

export interface FuzzReport {
  readonly sent: number;
  readonly byStatus: Readonly<Record<number, number>>;
  readonly findings: readonly Finding[];
}

interface FuzzRequest {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const CONCURRENCY = 16;
const ANSWER_TIMEOUT_MS = 30_000;
const MAX_FINDINGS = 50;
const CONTENT_TYPES = ['text/plain', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', ''];

/** Sends mutated requests and collects every answer that no request may get. */
export async function fuzzRequests(options: FuzzOptions): Promise<FuzzReport> {
  const pool = new Pool(options.baseUrl, { connections: CONCURRENCY });
  const giveUpAt = performance.now() + options.boundMs;
  const byStatus: Record<number, number> = {};
  const findings: Finding[] = [];
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < options.count && findings.length < MAX_FINDINGS && performance.now() < giveUpAt) {
      const index = begun++;
      const request = createRequest(options, index);
      const answer = await ask(pool, options.apiKey, request);
      if (typeof answer !== 'string') byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
      const complaint = typeof answer === 'string' ? answer : judgeAnswer(answer);
      if (complaint === undefined) continue;
      const said = typeof answer === 'string' ? '' : `: ${answer.text.slice(0, 300)}`;
      findings.push({ ...request, index, body: request.body.toString('base64'), complaint: `${complaint}${said}` });
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    await pool.destroy();
  }
  return { sent: begun, byStatus, findings };
}

/** Each request has a generator of its own, so that any of them can be made again alone. */
function createRequest({ seed, fileId }: FuzzOptions, index: number): FuzzRequest {
  const random = new Random(seed * 1_000_003 + index);
  const seeds = seedBodies(fileId);
  const start = random.pick(seeds);
  const path = random.isOneIn(50) ? random.pick(seeds).path : start.path;
  const contentType = random.isOneIn(100) ? random.pick(CONTENT_TYPES) : 'application/json';
  return { path, contentType, body: mutate(start.body, random, random.pick(seeds).body) };
}

/** @returns the answer, or why there was none */
async function ask(pool: Pool, apiKey: string, request: FuzzRequest): Promise<FuzzAnswer | string> {
  const { path, body, contentType } = request;
  const type = contentType === '' ? {} : { 'content-type': contentType };
  try {
    const {
      statusCode,
      headers,
      body: answer,
    } = await pool.request({
      path,
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${apiKey}`, ...type },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return {
      status: statusCode,
      contentType: String(headers['content-type'] ?? ''),
      requestId: String(headers['x-request-id'] ?? ''),
      text: await answer.text(),
    };
  } catch (error) {
    return `brought no answer: ${String(error)}`;
  }
}
