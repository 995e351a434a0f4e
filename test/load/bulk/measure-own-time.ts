import { withBenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { writePassages } from '#load/bulk/input-file';
import { replayCalls } from '#load/bulk/replay-calls';
import { measureBatch } from '#load/bulk/run-batch';
import { clearWitness, readWitness } from '#load/bulk/witness';

const LINES = 50_000;
const WARM_UP_LINES = 2000;

/** What 50,000 lines cost beyond the model's time. */
export async function measureOwnTime(folder: string): Promise<Figure[]> {
  return await withBenchSystem({}, async (system) => {
    await measureBatch(system, writePassages(`${folder}/warm-up.jsonl`, WARM_UP_LINES));
    await clearWitness(system);
    const batch = await measureBatch(system, writePassages(`${folder}/own-time.jsonl`, LINES));
    const calls = await readWitness(system);
    await clearWitness(system);
    const modelMs = await replayCalls(system, calls);
    const name = `${LINES.toLocaleString('en')} lines`;
    const cpu = `CPU of the worker ${batch.workerCpuSeconds.toFixed(1)} s, of the api ${batch.apiCpuSeconds.toFixed(1)} s`;
    return [
      {
        name: `${name}, time of its own`,
        value: (batch.wallMs - modelMs) / 1000,
        unit: 's',
        note: `${(batch.wallMs / 1000).toFixed(1)} s in all; a bare client needs ${(modelMs / 1000).toFixed(1)} s for the same ${calls.length} calls; ${cpu}`,
        bar: { kind: 'below', value: 3 },
      },
      {
        name: `${name}, memory added to the worker`,
        value: batch.peakMegabytes - batch.idleMegabytes,
        unit: 'MB',
        note: `peak ${batch.peakMegabytes} MB resident, ${batch.idleMegabytes} MB before`,
        bar: { kind: 'below', value: 150 },
      },
    ];
  });
}
