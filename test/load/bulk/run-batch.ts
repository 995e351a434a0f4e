import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type OpenAI from 'openai';
import { cpuSeconds, memoryMegabytes } from '#load/bench-processes';
import type { BenchSystem } from '#load/bulk/bench-system';
import type { InputFile } from '#load/bulk/input-file';
import { forgetPeak, peakMegabytes } from '#load/bulk/memory';

export interface BatchMeasure {
  readonly lines: number;
  /** From the create to the first poll that says it has ended. */
  readonly wallMs: number;
  readonly workerCpuSeconds: number;
  readonly apiCpuSeconds: number;
  /** Of the worker, resident: before the batch, and its peak during it. */
  readonly idleMegabytes: number;
  readonly peakMegabytes: number;
}

const POLL_MS = 20;
const ENDED = new Set(['completed', 'failed', 'expired', 'cancelled']);

export async function upload(system: BenchSystem, input: InputFile): Promise<string> {
  const file = await system.client.files.create({ file: createReadStream(input.path), purpose: 'batch' });
  return file.id;
}

export async function createBatch(system: BenchSystem, fileId: string): Promise<OpenAI.Batch> {
  return await system.client.batches.create({
    input_file_id: fileId,
    endpoint: '/v1/embeddings',
    completion_window: '24h',
  });
}

export async function untilEnded(system: BenchSystem, batchId: string): Promise<OpenAI.Batch> {
  for (;;) {
    const batch = await system.client.batches.retrieve(batchId);
    if (ENDED.has(batch.status)) return batch;
    await delay(POLL_MS);
  }
}

/** Runs an input as a batch. @throws Error where not every line was answered */
export async function measureBatch(system: BenchSystem, input: InputFile): Promise<BatchMeasure> {
  const fileId = await upload(system, input);
  const [worker, api] = [system.pidOf('worker'), system.pidOf('api')];
  const idleMegabytes = memoryMegabytes(worker);
  forgetPeak(worker);
  const before = { worker: cpuSeconds(worker), api: cpuSeconds(api), atMs: performance.now() };
  const { id } = await createBatch(system, fileId);
  const batch = await untilEnded(system, id);
  const wallMs = performance.now() - before.atMs;
  if (batch.status !== 'completed' || batch.request_counts?.completed !== input.lines) {
    throw new Error(`the batch of ${input.lines} lines ended ${JSON.stringify(batch)}`);
  }
  return {
    lines: input.lines,
    wallMs,
    workerCpuSeconds: cpuSeconds(worker) - before.worker,
    apiCpuSeconds: cpuSeconds(api) - before.api,
    idleMegabytes,
    peakMegabytes: peakMegabytes(worker),
  };
}
