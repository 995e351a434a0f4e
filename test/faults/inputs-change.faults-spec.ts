import { describe, expect } from 'vitest';
import { objectKeys } from '#contracts';
import { toInput } from './harness/lines.js';
import { scenario } from './harness/scenario.js';
import { TENANT } from './harness/stored-objects.js';
import { rowsOf } from './judge/evidence.js';

const LINES = 500;

describe('An input that changes while its job runs', () => {
  scenario('deleted by its owner: the job goes on to its end', async (stage) => {
    await stage.slowModel(60);
    const job = await stage.submit(LINES);
    await job.asked(10 + stage.random.below(300));
    await stage.client.files.delete(job.inputFileId);
    await stage.settle(job);

    expect(await stage.objects.find(objectKeys.fileContent(TENANT, job.inputFileId))).toBeUndefined();
  });

  scenario('deleted right behind the create', async (stage) => {
    const job = await stage.submit(LINES);
    await stage.client.files.delete(job.inputFileId);
    await stage.settle(job);
  });

  for (const how of ['overwritten', 'removed'] as const)
    scenario(`${how} in the bucket: what is not done yet fails with that reason`, async (stage) => {
      await stage.slowModel(60);
      const job = await stage.submit(LINES);
      await job.asked(10 + stage.random.below(300));
      const key = objectKeys.fileContent(TENANT, job.inputFileId);
      const others = stage.lines(LINES);
      if (how === 'overwritten') await stage.objects.put(key, toInput(others));
      else await stage.objects.remove(key);
      const { output, errors, record } = await stage.settle(job, {
        mayFail: ({ error }) => error?.code === 'input_changed',
        namelessLines: true,
      });
      const strangers = new Set(others.map(({ digest }) => digest));
      const asked = (await stage.system.witness()).flatMap(({ inputs }) => inputs);

      expect(asked.filter((digest) => strangers.has(digest))).toEqual([]);
      expect(rowsOf(errors).length).toBeGreaterThan(0);
      expect(rowsOf(output).length + rowsOf(errors).length).toBe(LINES);
      expect(record.counts?.total).toBe(LINES);
    });
});
