import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { askEverything } from '../e2e/support/clients.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';
import { waitFor } from './harness/wait-for.js';
import type { WatchedJob } from './harness/watched-job.js';

const LINES = 600;
/** Liveness; the figure itself is printed. */
const BOUND_MS = 60_000;

/** A job that is seeded far on its way, at a model that takes its time. */
async function begun(stage: Stage): Promise<WatchedJob> {
  await stage.slowModel(100);
  const job = await stage.submit(LINES);
  await job.asked(50 + stage.random.below(LINES / 2));
  return job;
}

/** Holds whoever winds a job up for a while, at a point that the seed draws, and resolves once it is held. */
async function holdFinalizing(stage: Stage): Promise<void> {
  const keyPattern = stage.random.pick(['/files/file-[^/]+/content$', '/index/files/', '/records/files/']);
  const fault = { target: 's3', operation: 'PutObject', keyPattern, kind: 'slow', delayMs: 4000, skip: 1, times: 1 };
  await stage.system.addFault({ id: 'hold', ...fault });
}

async function held({ system }: Stage): Promise<void> {
  await waitFor('the hold of a finalizing job', async () => {
    const hold = (await system.control.faults()).find(({ id }) => id === 'hold');
    return hold !== undefined && hold.fired > 0 ? true : undefined;
  });
}

describe('Redis lost', () => {
  scenario('emptied midway, again and again', async (stage) => {
    const job = await begun(stage);
    for (let flush = 0; flush < 3; flush++) {
      await stage.system.flushRedis();
      await delay(stage.random.below(1500));
    }
    await stage.fastModel();
    await stage.settle(job);
  });

  scenario('emptied while a job is being planned and while one is finalizing', async (stage) => {
    await holdFinalizing(stage);
    const job = await stage.submit(200);
    await stage.system.flushRedis();
    await held(stage);
    await stage.system.flushRedis();
    await stage.settle(job);
  });

  scenario('killed and started again, empty', async (stage) => {
    const job = await begun(stage);
    await stage.system.kill('redis', 'SIGKILL');
    const second = await stage.submit(200);
    await askEverything(stage.system);
    await stage.fastModel();
    await stage.system.start('redis');
    await stage.settle(job);
    await stage.settle(second);
  });

  scenario('hanging for 30 seconds', async (stage) => {
    const job = await begun(stage);
    await stage.system.kill('redis', 'SIGSTOP');
    const second = await stage.submit(200);
    await askEverything(stage.system);
    await delay(30_000);
    await stage.system.kill('redis', 'SIGCONT');
    await stage.fastModel();
    await stage.settle(job);
    await stage.settle(second);
  });

  scenario('refusing writes for 10 seconds, as with a full disk', async (stage) => {
    const job = await begun(stage);
    if (!(await stage.system.refuseRedisWrites())) {
      stage.report('nothing was refused: the stand-in knows no full disk');
      await stage.fastModel();
      await stage.settle(job);
      return;
    }
    const second = await stage.submit(200);
    await delay(10_000);
    await stage.fastModel();
    await stage.system.allowRedisWrites();
    await stage.settle(job);
    await stage.settle(second);
  });

  scenario(
    'how long it takes until waiting chunks run again after FLUSHALL, with the settings of production',
    async (stage) => {
      await stage.slowModel(300);
      const job = await stage.submit(LINES);
      await job.asked(60);
      await stage.system.flushRedis();
      const flushedAtMs = Date.now();
      const running = await chunksAsked(job);
      const firstAtMs = await waitFor('a chunk that waited when Redis was emptied', async () => {
        const calls = await job.calls();
        const fresh = calls.find(({ inputs }) => inputs.some((input) => !running.has(chunkOf(job, input))));
        return fresh === undefined ? undefined : Date.parse(fresh.time);
      });
      stage.report(`chunks that waited ran ${firstAtMs - flushedAtMs} ms after FLUSHALL`);
      await stage.fastModel();
      await stage.settle(job);
      expect(firstAtMs - flushedAtMs).toBeLessThan(BOUND_MS);
    },
    { environment: { SLUICE_SWEEP_MS: '5000', SLUICE_CHECKPOINT_MS: '2000' } },
  );
});

async function chunksAsked(job: WatchedJob): Promise<ReadonlySet<number>> {
  return new Set([...(await job.askedLines())].map((digest) => chunkOf(job, digest)));
}

function chunkOf(job: WatchedJob, digest: string): number {
  return Math.floor(job.lines.findIndex((line) => line.digest === digest) / 50);
}
