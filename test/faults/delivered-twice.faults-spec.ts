import { Queue } from 'bullmq';
import { describe, expect } from 'vitest';
import { CONTROL_QUEUE, chunkQueueName, type ChunkPayload, type ControlPayload, type ControlTask } from '#contracts';
import { EMBEDDING_ENDPOINT } from '../e2e/support/clients.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';
import { TENANT } from './harness/stored-objects.js';
import type { WatchedJob } from './harness/watched-job.js';

const LINES = 400;
const CHUNKS = LINES / 50;

/** Adds the same work under ids of its own, as a queue does that delivers twice. */
async function deliver(
  { system }: Stage,
  name: string,
  payloads: readonly (ChunkPayload | ControlPayload)[],
  times = 1,
): Promise<void> {
  const { hostname: host, port } = new URL(system.redisUrl);
  const queue = new Queue(name, { connection: { host, port: Number(port) } });
  const options = { removeOnComplete: true, removeOnFail: true };
  const jobs = Array.from({ length: times }, () => payloads.map((data) => ({ name: 'twin', data, opts: options })));
  await queue.addBulk(jobs.flat());
  await queue.close();
}

function controlTask(task: ControlTask, { id }: WatchedJob): ControlPayload {
  return { version: 1, task, tenant: TENANT, jobId: id };
}

describe('What is delivered twice is recorded once', () => {
  scenario('every chunk stands three times in the queue of two workers', async (stage) => {
    await stage.system.startAnother('worker');
    await stage.slowModel(60);
    const job = await stage.submit(LINES);
    await job.hasStatus('in_progress');
    const chunks = Array.from({ length: CHUNKS }, (_, chunk): ChunkPayload => ({
      version: 1,
      tenant: TENANT,
      jobId: job.id,
      chunk,
    }));
    await deliver(stage, chunkQueueName(EMBEDDING_ENDPOINT), chunks, 2);
    await stage.settle(job);
  });

  scenario('planned and finished by two workers at once', async (stage) => {
    const { system, random } = stage;
    await system.startAnother('worker');
    const slow = { target: 's3', kind: 'slow', operation: 'PutObject' };
    await system.addFault({ ...slow, keyPattern: '/plan$', delayMs: random.below(1500), times: 1 });
    await system.addFault({ ...slow, keyPattern: '/(files|records/files|index/files)/', delayMs: 300, skip: 3 });
    const job = await stage.submit(LINES);
    await deliver(stage, CONTROL_QUEUE, [controlTask('plan', job)], 6);
    await job.hasStatus('finalizing', 'completed');
    await deliver(stage, CONTROL_QUEUE, [controlTask('finish', job), controlTask('plan', job)], 6);
    const { record } = await stage.settle(job);
    await deliver(stage, CONTROL_QUEUE, [controlTask('finish', job), controlTask('plan', job)], 3);
    await stage.settle(job);

    expect(record.errorFileId).toBeNull();
  });
});
