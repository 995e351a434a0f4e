import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System, type WitnessRecord } from '../setup/processes.js';
import {
  createBatch,
  embeddingRequest,
  finishedBatch,
  readRows,
  toLines,
  uploadInput,
  usedTokens,
} from './support/batches.js';
import { send } from './support/clients.js';
import { writeCatalog, type TemporaryCatalog } from './support/emd/catalogs.js';

const MODEL = 'twins/dev';
/** Stands on the smaller endpoint alone. */
const NEIGHBOUR = 'neighbour/dev';
const LARGE = { name: 'large-endpoint', budget: 4 };
const SMALL = { name: 'small-endpoint', budget: 2 };
/** So long that calls are in flight together. */
const CALL_MS = 60;
const LINES = 240;

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const at = ({ name, budget }: typeof LARGE) => ({ kind: 'sagemaker', endpoint: name, budget, concurrency: budget });
const common = {
  type: 'embedding',
  transports: ['invoke'],
  adapter: 'openai',
  servedName: 'twins',
  sharing: { headroomPercent: 0, denseArrivals: 1000 },
};

describe('A model on two endpoints', () => {
  let system: System;
  let catalog: TemporaryCatalog;
  let client: OpenAI;
  let texts = 0;

  beforeAll(async () => {
    catalog = await writeCatalog([
      { ...common, id: MODEL, targets: [at(LARGE), at(SMALL)] },
      { ...common, id: NEIGHBOUR, targets: [at(SMALL)] },
    ]);
    system = await startSystem({
      environment: {
        SLUICE_CATALOG: catalog.path,
        SLUICE_PACKING: 'off',
        SLUICE_CHUNK_LINES: '40',
        SLUICE_BREAKER_OPEN_MS: '200',
      },
    });
    await callsTake(CALL_MS);
    await system.startAnother('worker');
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 0, timeout: 15_000 });
  });

  afterEach(async () => {
    await system?.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
    await catalog?.remove();
  });

  async function callsTake(latencyMs: number): Promise<void> {
    for (const { name } of [LARGE, SMALL])
      await system.control.putEndpoint(name, { model: 'twins', engine: 'embedding', latencyMs });
  }

  /** A batch of lines that no other one has. */
  async function begin(lines = LINES, model = MODEL) {
    const name = `batch ${texts++}`;
    const inputs = Array.from({ length: lines }, (_, line) => `${name}, passage ${line}`);
    const requests = inputs.map((input, line) => embeddingRequest(`${name}-${line}`, input, model));
    const batch = await createBatch(client, await uploadInput(client, toLines(requests)));
    const digests = new Set(inputs.map(digestOf));
    return { batch, digests, isOwn: ({ inputs: [digest = ''] }: WitnessRecord) => digests.has(digest) };
  }

  type Begun = Awaited<ReturnType<typeof begin>>;

  async function callsAt(name: string, { isOwn }: Begun): Promise<readonly WitnessRecord[]> {
    return (await system.witness()).filter((call) => call.endpoint === name && isOwn(call));
  }

  const mostAtOnce = (calls: readonly WitnessRecord[]): number =>
    Math.max(...calls.map(({ concurrency }) => concurrency));

  /** Ends well, with a row for each line and the tokens that these rows say. */
  async function expectWhole({ batch, digests }: Begun): Promise<void> {
    const ended = await finishedBatch(client, batch.id);
    const { output_file_id: output, request_counts: counts } = ended;
    expect(ended.status).toBe('completed');
    expect(counts).toEqual({ total: digests.size, completed: digests.size, failed: 0 });
    const rows = await readRows(client, output);
    expect(new Set(rows.map(({ custom_id: id }) => id)).size).toBe(digests.size);
    expect(rows).toHaveLength(digests.size);
    expect(ended.usage?.total_tokens).toBe(rows.reduce((sum, row) => sum + usedTokens(row), 0));
  }

  async function ask(): Promise<string> {
    const input = `question ${texts++}`;
    const { data } = await client.embeddings.create({ model: MODEL, input });
    expect(data).toHaveLength(1);
    return digestOf(input);
  }

  it('has its batch run on both, within what each takes from all workers and models, and asks each line once', async () => {
    const begun = await begin();
    const beside = await begin(40, NEIGHBOUR);
    await expectWhole(begun);
    await expectWhole(beside);

    const [large, small, neighbour] = [
      await callsAt(LARGE.name, begun),
      await callsAt(SMALL.name, begun),
      await callsAt(SMALL.name, beside),
    ];
    expect(mostAtOnce(large)).toBe(LARGE.budget);
    expect(mostAtOnce([...small, ...neighbour])).toBe(SMALL.budget);
    expect(large.length).toBeGreaterThan(small.length);
    expect(small.length).toBeGreaterThan(LINES / 10);
    expect(large.length + small.length).toBe(LINES);
    expect(neighbour).toHaveLength(40);
  });

  it('shows the budget of each, and whose it is', async () => {
    const { text } = await send(system, '/v1/capacity');
    const { data } = JSON.parse(text) as { readonly data: readonly { readonly models: readonly string[] }[] };

    expect(data.filter(({ models }) => models.includes(MODEL))).toMatchObject([
      { endpoint: LARGE.name, models: [MODEL], budget: LARGE.budget },
      { endpoint: SMALL.name, models: [MODEL, NEIGHBOUR], budget: SMALL.budget },
    ]);
  });

  it('has realtime go where there is room', async () => {
    // So long that all of them are in flight before the first one ends.
    await callsTake(3000);
    const asked = new Set(await Promise.all(Array.from({ length: 6 }, ask)));
    await callsTake(CALL_MS);

    const calls = (await system.witness()).filter(({ inputs: [digest = ''] }) => asked.has(digest));
    const count = (name: string): number => calls.filter(({ endpoint }) => endpoint === name).length;
    expect([count(LARGE.name), count(SMALL.name)]).toEqual([4, 2]);
  });

  it.each([
    ['sleeps', { kind: 'no-capacity' }],
    ['is full', { kind: 'throttle' }],
    ['is broken', { kind: 'error', status: 500 }],
  ])('goes on through the other while one %s, and uses that again once it is back', async (_, fault) => {
    const begun = await begin(2 * LINES);
    await expect.poll(async () => (await callsAt(LARGE.name, begun)).length, { timeout: 30_000 }).toBeGreaterThan(4);
    await system.addFault({ target: LARGE.name, ...fault });
    const before = (await callsAt(SMALL.name, begun)).length;
    for (let question = 0; question < 10; question++) await ask();
    await expect
      .poll(async () => (await callsAt(SMALL.name, begun)).length, { timeout: 30_000 })
      .toBeGreaterThan(before + 40);
    const [standing] = await system.control.faults();
    await system.clearFaults();
    // It is left alone meanwhile, but for single calls of bulk, those of realtime, and what was on its way.
    expect(standing?.fired).toBeLessThan(LINES / 2);
    const answered = async (): Promise<number> =>
      (await callsAt(LARGE.name, begun)).filter(({ outcome }) => outcome === 'ok').length;
    const atReturn = await answered();

    await expect.poll(answered, { timeout: 30_000 }).toBeGreaterThan(atReturn + 10);
    await expectWhole(begun);
    const all = [...(await callsAt(LARGE.name, begun)), ...(await callsAt(SMALL.name, begun))];
    expect(all.filter(({ outcome }) => outcome === 'ok')).toHaveLength(begun.digests.size);
    expect(mostAtOnce(await callsAt(SMALL.name, begun))).toBeLessThanOrEqual(SMALL.budget + 1);
  });

  it('keeps to both budgets and loses nothing when a worker is killed and Redis is emptied', async () => {
    const victim = await system.startAnother('worker');
    const begun = await begin(2 * LINES);
    await expect.poll(async () => (await callsAt(SMALL.name, begun)).length, { timeout: 30_000 }).toBeGreaterThan(10);
    await system.killAnother(victim, 'SIGKILL');
    await system.flushRedis();
    await expectWhole(begun);

    const [large, small] = [await callsAt(LARGE.name, begun), await callsAt(SMALL.name, begun)];
    expect(mostAtOnce(large)).toBe(LARGE.budget);
    expect(mostAtOnce(small)).toBe(SMALL.budget);
  });
});
