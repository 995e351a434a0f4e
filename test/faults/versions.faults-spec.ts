import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { objectKeys, type JobPlan } from '#contracts';
import { uploadInput } from '../e2e/support/batches.js';
import { toInput } from './harness/lines.js';
import { scenario } from './harness/scenario.js';
import { TENANT } from './harness/stored-objects.js';
import { waitFor } from './harness/wait-for.js';

const LINES = 300;
/** Several sweeps. */
const LEFT_ALONE_MS = 8000;

describe('Processes of two versions on one bucket', () => {
  scenario('a plan of a newer worker: its bounds hold, and fields that nobody knows are passed over', async (stage) => {
    const { system, objects, random } = stage;
    await system.addFault({
      target: 's3',
      operation: 'PutObject',
      keyPattern: '/records/jobs/',
      kind: 'stall',
      skip: 1,
      times: 1,
    });
    const job = await stage.submit(LINES);
    const key = objectKeys.plan(TENANT, job.id);
    await waitFor('the plan', async () => await objects.find(key));
    await system.kill('worker', 'SIGKILL');
    await objects.editRecord(key, (plan) => ({
      ...recut(plan as unknown as JobPlan, random.pick([100, 150, 200])),
      tier: 'new',
    }));
    const plan = await objects.record<JobPlan>(key);
    await system.start('worker');
    await stage.settle(job);

    expect(await objects.list(objectKeys.commits(TENANT, job.id))).toEqual(
      plan?.chunks.map((_, chunk) => objectKeys.commit(TENANT, job.id, chunk)),
    );
  });

  scenario('a worker with other bounds takes over midway', async (stage) => {
    const { system } = stage;
    await stage.slowModel(60);
    const job = await stage.submit(LINES);
    await job.asked(60 + stage.random.below(120));
    await system.startAnother('worker', { SLUICE_CHUNK_LINES: '9', SLUICE_CHUNK_BYTES: '4096' });
    await system.kill('worker', 'SIGKILL');
    await stage.settle(job);
  });

  scenario('a record of a kind or version that this worker does not know is left alone', async (stage) => {
    const { system, objects, client } = stage;
    const lines = stage.lines(50);
    const input = await uploadInput(client, toInput(lines));
    const template = await stage.submitLines(lines, input);
    await stage.settle(template);
    const before = (await template.calls()).length;
    const record = await objects.find(objectKeys.jobRecord(TENANT, template.id));
    const envelope = JSON.parse(record?.body.toString() ?? '{}') as { value: object };
    const strangers = [
      { id: `batch_${'1'.repeat(21)}`, kind: 'distillation' },
      { id: `batch_${'2'.repeat(21)}`, version: 3 },
    ];
    const live = { status: 'validating', inProgressAtMs: null, finalizingAtMs: null, endedAtMs: null, outcome: null };
    const keys = strangers.flatMap(({ id }) => [objectKeys.jobRecord(TENANT, id), objectKeys.activeMarker(TENANT, id)]);
    for (const stranger of strangers) {
      await objects.put(objectKeys.activeMarker(TENANT, stranger.id), input);
      const value = { ...envelope.value, ...live, counts: null, usage: null, ...stranger, total: 0, model: null };
      await objects.put(objectKeys.jobRecord(TENANT, stranger.id), JSON.stringify({ ...envelope, value }));
    }
    const written = await Promise.all(keys.map(async (key) => (await objects.find(key))?.body.toString()));
    await delay(LEFT_ALONE_MS);
    const job = await stage.submit(50);
    await stage.settle(job);

    expect(await Promise.all(keys.map(async (key) => (await objects.find(key))?.body.toString()))).toEqual(written);
    expect((await template.calls()).length).toBe(before);
    expect(await objects.find(objectKeys.plan(TENANT, strangers[0]?.id ?? ''))).toBeUndefined();
    expect((await system.witness()).length).toBeGreaterThan(before);
  });
});

/** The same input in larger chunks, as a worker of another configuration cuts it. */
function recut(plan: JobPlan, atMost: number): JobPlan {
  const chunks: JobPlan['chunks'][number][] = [];
  for (const chunk of plan.chunks) {
    const last = chunks.at(-1);
    if (last === undefined || last.requests + chunk.requests > atMost) chunks.push(chunk);
    else chunks.splice(-1, 1, { ...last, last: chunk.last, requests: last.requests + chunk.requests });
  }
  return { ...plan, chunks };
}
