import { describe, expect } from 'vitest';
import { TERMINAL_STATUSES } from '#contracts';
import { drawWorkerPoints } from './harness/kill-points.js';
import { killAtPoints, placePoints } from './harness/kill-at-points.js';
import { measureRecovery } from './harness/recovery.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';
import { countRepeats } from './judge/judge-calls.js';
import type { PartName } from '../setup/processes.js';

const LINES = 600;
const SHAPE = { chunks: LINES / 50 };

/** One job, and these parts killed whenever it meets one of its points. */
async function killAll(stage: Stage, parts: readonly PartName[]): Promise<void> {
  const { system, objects, random } = stage;
  const points = await placePoints(system, drawWorkerPoints(random, SHAPE));
  await stage.slowModel(20);
  const job = await stage.submit(LINES);
  const met = await killAtPoints(system, points, {
    isOver: async () => TERMINAL_STATUSES.has((await objects.job(job.id))?.status ?? 'validating'),
    kill: async ({ phase, name }) => {
      stage.report(`killed ${parts.join(' and ')} in ${phase}: ${name}`);
      await Promise.all(parts.map((part) => system.kill(part, 'SIGKILL')));
      expect(await job.complainLive()).toEqual([]);
      await Promise.all(parts.map((part) => system.start(part)));
    },
  });
  await stage.settle(job);

  expect(met.length, 'points that were met').toBeGreaterThanOrEqual(2);
}

describe('SIGKILL at points of a job', () => {
  scenario('of the only worker, which is started again', async (stage) => killAll(stage, ['worker']));

  scenario('of worker and api together', async (stage) => killAll(stage, ['worker', 'api']));

  scenario(
    'of one of two workers: the other goes on',
    async (stage) => {
      await stage.system.startAnother('worker');
      const points = await placePoints(stage.system, drawWorkerPoints(stage.random, SHAPE).slice(1, 2));
      await stage.slowModel(20);
      const job = await stage.submit(LINES);
      const ended = async (): Promise<boolean> =>
        TERMINAL_STATUSES.has((await stage.objects.job(job.id))?.status ?? 'validating');
      const met = await killAtPoints(stage.system, points, {
        isOver: ended,
        kill: async () => await stage.system.kill('worker', 'SIGKILL'),
      });
      await stage.settle(job);

      expect(met).toEqual(points);
    },
    // Whichever of the two made the call that is held; the one that lives gives it up soon.
    { environment: { SLUICE_REQUEST_TIMEOUT_MS: '5000', SLUICE_S3_TIMEOUT_MS: '2000' } },
  );
});

describe('SIGTERM, as a deploy sends it', () => {
  scenario('of workers in turn: chunks are handed back, and nothing is asked again', async (stage) => {
    const { system, random } = stage;
    await stage.slowModel(60);
    const job = await stage.submit(LINES);
    for (const share of [random.next() / 3, 1 / 3 + random.next() / 3]) {
      await job.asked(Math.floor(LINES * share));
      await system.restart('worker');
    }
    expect(countRepeats(await stage.settle(job))).toBe(0);
  });
});

describe('How long it takes until the lines of a killed worker run again, with the settings of production', () => {
  // A call a line: packed, the lines would be over before anybody is killed.
  const environment = { SLUICE_SWEEP_MS: '5000', SLUICE_CHECKPOINT_MS: '2000', SLUICE_PACKING: 'off' };

  scenario(
    'where another worker is at hand',
    async (stage) => {
      await measureRecovery(stage, {
        prepare: async () => await stage.system.startAnother('worker'),
        recover: () => Promise.resolve(),
      });
    },
    { environment },
  );

  scenario(
    'where it is started again at once',
    async (stage) => {
      await measureRecovery(stage, {
        prepare: () => Promise.resolve(),
        recover: async () => await stage.system.start('worker'),
      });
    },
    { environment },
  );
});
