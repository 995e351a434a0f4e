import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { nextPoint, placePoints } from './harness/kill-at-points.js';
import { drawWorkerPoints } from './harness/kill-points.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';
import type { WatchedJob } from './harness/watched-job.js';
import type { Expectation } from './judge/judge-job.js';
import { judgeUnchanged } from './judge/judge-life.js';
import { mayBeCancelled } from './judge/judge-rows.js';

const LINES = 400;
const SHAPE = { chunks: LINES / 50 };
/** Requests that a frozen worker had open are given up soon after it is thawed. */
const environment = { SLUICE_S3_TIMEOUT_MS: '2000', SLUICE_REQUEST_TIMEOUT_MS: '2000' };
/** What a thawed worker gets to do whatever it was about to do. */
const THAWED_MS = 8000;

/** The first worker freezes at its point of the phase, another ends the job, and the first is thawed. */
async function freezeIn(
  stage: Stage,
  phase: string,
  meanwhile: (job: WatchedJob) => Promise<Expectation>,
): Promise<void> {
  const { system, objects, random } = stage;
  const points = await placePoints(
    system,
    drawWorkerPoints(random, SHAPE)
      .filter((point) => point.phase === phase)
      .slice(0, 1),
  );
  await stage.slowModel(50);
  const job = await stage.submit(LINES);
  const point = await nextPoint(system, points, () => Promise.resolve(false));
  stage.report(`froze the worker in ${phase}: ${point?.name}`);
  await system.kill('worker', 'SIGSTOP');
  await system.startAnother('worker');
  const expectation = await meanwhile(job);
  await stage.settle(job, expectation);
  const before = await objects.fingerprint(job.id);
  const callsBefore = (await job.calls()).length;
  await system.kill('worker', 'SIGCONT');
  await delay(THAWED_MS);
  const evidence = await stage.settle(job, expectation);

  stage.report(`${evidence.calls.length - callsBefore} calls after the thaw`);
  expect(judgeUnchanged(before, await objects.fingerprint(job.id))).toEqual([]);
  expect(await stage.judgeQuiet(job)).toEqual([]);
}

describe('A worker that is frozen past its lease and thawed when its job has ended', () => {
  const nothing = (): Promise<Expectation> => Promise.resolve({});

  for (const phase of ['validating', 'in_progress', 'finalizing'])
    scenario(`frozen in ${phase}`, async (stage) => await freezeIn(stage, phase, nothing), { environment });

  scenario(
    'frozen at its chunks, and the job is cancelled meanwhile',
    async (stage) => {
      await freezeIn(stage, 'in_progress', async (job) => {
        await stage.client.batches.cancel(job.id);
        return { statuses: ['cancelled'], mayFail: mayBeCancelled };
      });
    },
    { environment },
  );
});
