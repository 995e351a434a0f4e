import { randomUUID } from 'node:crypto';
import { toFile } from 'openai';
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
    const figures: Figure[] = [];
    for (const { name, call, most } of callsOf(system, { fileId, batchId: batches[0] ?? '' })) {
      figures.push(await measureCall(system, name, call, most));
    }
    return figures;
  });
}

interface Call {
  readonly name: string;
  readonly call: () => Promise<unknown>;
  readonly most: number;
}

function callsOf(
  system: BenchSystem,
  { fileId, batchId }: { readonly fileId: string; readonly batchId: string },
): Call[] {
  const { client } = system;
  const upload = { bytes: 5, filename: 'x', mime_type: 'text/plain', purpose: 'user_data' } as const;
  const keyed = () => ({ headers: { 'Idempotency-Key': randomUUID() } });
  const batch = { input_file_id: fileId, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
  const job = { type: 'embeddings', model: 'bge-m3/dev', input_file_id: fileId };
  const file = async () => ({ file: await toFile(Buffer.from('hello'), 'x'), purpose: 'user_data' }) as const;
  return [
    { name: 'create', call: async () => await createBatch(system, fileId), most: 4 },
    { name: 'create with a key', call: async () => await client.batches.create(batch, keyed()), most: 4 },
    { name: 'create of a job', call: async () => await client.post('/jobs', { body: job }), most: 4 },
    { name: 'create of a file', call: async () => await client.files.create(await file()), most: 4 },
    {
      name: 'create of a file with a key',
      call: async () => await client.files.create(await file(), keyed()),
      most: 4,
    },
    { name: 'create of an upload', call: async () => await client.uploads.create(upload), most: 4 },
    { name: 'create of an upload with a key', call: async () => await client.uploads.create(upload, keyed()), most: 4 },
    { name: 'poll', call: async () => await client.batches.retrieve(batchId), most: 1 },
    { name: 'list of 20', call: async () => await client.batches.list({ limit: 20 }), most: 2 },
    { name: 'list of 20 files', call: async () => await client.files.list({ limit: 20 }), most: 2 },
  ];
}

async function measureCall(
  system: BenchSystem,
  name: string,
  call: () => Promise<unknown>,
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

async function timeCall(system: BenchSystem, call: () => Promise<unknown>, delayMs: number): Promise<Timed> {
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
