import { createReadStream } from 'node:fs';
import { withBenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { embeddingLine, writeInput } from '#load/bulk/input-file';
import { forgetPeak, peakMegabytes } from '#load/bulk/memory';
import { createBatch, untilEnded, upload } from '#load/bulk/run-batch';
import { cpuSeconds, memoryMegabytes } from '#load/bench-processes';

type PlanModule = typeof import('../../../libs/jobs/src/plan/plan-batch-input.js');

const INPUT_BYTES = 200e6;
const BAR = { kind: 'at least', value: 50 } as const;
const WORDS = 'a sluice is a gate that lets water through at the right moment'.split(' ');

/** How fast an input of 200 MB is validated, by itself and end to end. */
export async function measurePlanning(folder: string): Promise<Figure[]> {
  return [await planAlone(folder), await planThroughTheSystem(folder)];
}

/** In this process, from a file: short lines, where each byte costs most. */
async function planAlone(folder: string): Promise<Figure> {
  const input = writeLines(`${folder}/short.jsonl`, 8);
  const built = new URL('../../../dist/libs/jobs/src/plan/plan-batch-input.js', import.meta.url).href;
  const { planBatchInput } = (await import(built)) as PlanModule;
  const beganMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const planned = await planBatchInput(createReadStream(input.path), {
    endpoint: '/v1/embeddings',
    maxLines: 10_000_000,
    maxLineBytes: 8_388_608,
    chunk: { maxLines: 500, maxBytes: 4_194_304 },
    refuseModel: () => undefined,
  });
  const seconds = (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (!planned.ok || planned.total !== input.lines) throw new Error('the input was not planned');
  return {
    name: 'planning alone, 200 MB',
    value: input.bytes / 1e6 / seconds,
    unit: 'MB/s',
    note: `${planned.total.toLocaleString('en')} lines of ${Math.round(input.bytes / input.lines)} bytes in ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of CPU`,
    bar: BAR,
  };
}

/** The last line is at fault, so that the batch fails as soon as it is validated and no model is called. */
async function planThroughTheSystem(folder: string): Promise<Figure> {
  const input = writeLines(`${folder}/long.jsonl`, 60, '{"custom_id":"at fault"}');
  return await withBenchSystem({ SLUICE_BATCH_MAX_LINES: '10000000' }, async (system) => {
    const fileId = await upload(system, input);
    const worker = system.pidOf('worker');
    const idleMegabytes = memoryMegabytes(worker);
    forgetPeak(worker);
    const cpuBefore = cpuSeconds(worker);
    const beganMs = performance.now();
    const { id } = await createBatch(system, fileId);
    const batch = await untilEnded(system, id);
    const seconds = (performance.now() - beganMs) / 1000;
    const errors = batch.errors?.data ?? [];
    if (batch.status !== 'failed' || errors[0]?.line !== input.lines) {
      throw new Error(`the batch ended ${batch.status}: ${JSON.stringify(errors.slice(0, 3))}`);
    }
    return {
      name: 'validated from create to verdict, 200 MB',
      value: input.bytes / 1e6 / seconds,
      unit: 'MB/s',
      note:
        `${input.lines.toLocaleString('en')} lines of ${Math.round(input.bytes / input.lines)} bytes in ${seconds.toFixed(2)} s, ` +
        `the read from S3 included; CPU of the worker ${(cpuSeconds(worker) - cpuBefore).toFixed(1)} s, peak ${peakMegabytes(worker)} MB, ${idleMegabytes} MB before`,
      bar: BAR,
    };
  });
}

function writeLines(path: string, words: number, last?: string) {
  let isOver = false;
  return writeInput(path, (index, bytes) => {
    if (isOver) return undefined;
    isOver = bytes >= INPUT_BYTES;
    if (isOver) return last;
    const text = Array.from({ length: words }, (_, at) => WORDS[(index + at) % WORDS.length]).join(' ');
    return embeddingLine(`line-${index}`, text);
  });
}
