import { describe, expect } from 'vitest';
import { attemptCreate, settleAttempts, type Attempt } from './harness/attempt-create.js';
import { nextPoint, placePoints } from './harness/kill-at-points.js';
import { drawApiPoints } from './harness/kill-points.js';
import { scenario } from './harness/scenario.js';

const POINTS = 4;

describe('SIGKILL of the api at points of a create', () => {
  scenario('what was answered runs, what was not is there whole or not at all', async (stage) => {
    const { system, random } = stage;
    const points = await placePoints(system, drawApiPoints(random, POINTS));
    const attempts: Attempt[] = [];
    const met: string[] = [];
    for (let round = 0; round <= POINTS; round++) {
      let isAnswered = false;
      const making = attemptCreate(stage, 100).finally(() => {
        isAnswered = true;
      });
      const left = points.filter(({ id }) => !met.includes(id));
      const point = await nextPoint(system, left, () => Promise.resolve(isAnswered));
      if (point !== undefined) {
        stage.report(`killed the api when ${point.name}`);
        met.push(point.id);
        await system.kill('api', 'SIGKILL');
        await system.start('api');
      }
      attempts.push(await making);
    }

    expect(await settleAttempts(stage, attempts)).toEqual([]);
    expect(met).toHaveLength(POINTS);
    expect(attempts.map(({ kind }) => kind)).not.toContain('refused');
    expect(attempts.at(-1)?.kind).toBe('accepted');
  });

  scenario('while jobs run: they go on, and the next api tells the same', async (stage) => {
    const { system, random } = stage;
    await stage.slowModel(50);
    const job = await stage.submit(600);
    for (const share of [random.next() / 3, 1 / 3 + random.next() / 3]) {
      await job.asked(Math.floor(600 * share));
      await system.kill('api', 'SIGKILL');
      await system.start('api');
    }
    await stage.settle(job);
  });
});
