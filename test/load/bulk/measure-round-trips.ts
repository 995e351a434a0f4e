import { median } from '#load/bench-processes';
import { withBenchSystem, type BenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { writePassages } from '#load/bulk/input-file';
import { createBatch, untilEnded, upload } from '#load/bulk/run-batch';

const ADDED_MS = 30;
const BATCHES = 25;
const ROUNDS = 7;

interface Timed {
  readonly wallMs: number;
  readonly requests: number;
}

/** How many S3 requests in a row a call of the api waits for, told from what 30 ms added to each of them cost it. */
export async function measureRoundTrips(folder: string): Promise<Figure[]> {
  return await withBenchSystem({}, async (system) => {
    const fileId = await upload(system, writePassages(`${folder}/few.jsonl`, 10));
    const batches: string[] = [];
    for (let count = 0; count < BATCHES; count++) batches.push((await createBatch(system, fileId)).id);
    for (const id of batches) await untilEnded(system, id);
    // What a worker asks of S3 meanwhile would be counted with it.
    process.kill(system.pidOf('worker'), 'SIGSTOP');
    const calls = {
      create: async () => void (await createBatch(system, fileId)),
      poll: async () => void (await system.client.batches.retrieve(batches[0] ?? '')),
      'list of 20': async () => void (await system.client.batches.list({ limit: 20 })),
    };
    const bars = { create: 4, poll: 1, 'list of 20': 2 };
    const figures: Figure[] = [];
    for (const [name, call] of Object.entries(calls)) {
      figures.push(await measureCall(system, name, call, bars[name as keyof typeof bars]));
    }
    return figures;
  });
}

async function measureCall(
  system: BenchSystem,
  name: string,
  call: () => Promise<void>,
  most: number,
): Promise<Figure> {
  const plain: Timed[] = [];
  const delayed: Timed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await timeCall(system, call, 0));
    delayed.push(await timeCall(system, call, ADDED_MS));
  }
  const [fast, slow] = [median(plain.map(({ wallMs }) => wallMs)), median(delayed.map(({ wallMs }) => wallMs))];
  return {
    name: `S3 requests in a row, ${name}`,
    value: Math.round((slow - fast) / ADDED_MS),
    unit: '',
    note: `${slow.toFixed(0)} ms with ${ADDED_MS} ms added to each, ${fast.toFixed(0)} ms without; ${median(delayed.map(({ requests }) => requests))} requests in all`,
    bar: { kind: 'at most', value: most },
  };
}

async function timeCall(system: BenchSystem, call: () => Promise<void>, delayMs: number): Promise<Timed> {
  const faults = `${system.awsOrigin}/_control/faults`;
  await fetch(faults, { method: 'DELETE' });
  if (delayMs > 0) {
    await fetch(faults, { method: 'POST', body: JSON.stringify({ target: 's3', kind: 'slow', delayMs }) });
  }
  const beganMs = performance.now();
  await call();
  const wallMs = performance.now() - beganMs;
  const [fault] = (await (await fetch(faults)).json()) as { fired: number }[];
  return { wallMs, requests: fault?.fired ?? 0 };
}
