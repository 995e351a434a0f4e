import { describe, expect } from 'vitest';
import { uploadInput } from '../e2e/support/batches.js';
import { makeLine, toInput } from './harness/lines.js';
import { scenario } from './harness/scenario.js';
import { waitFor } from './harness/wait-for.js';
import { rowsOf } from './judge/evidence.js';

/** Deaths until a line is found and blamed: three of its chunk, two alone. */
const DEATHS = 5;

describe('A line that kills its worker each time', () => {
  scenario('is found and fails alone', async (stage) => {
    const { system, random } = stage;
    const lines = stage.lines(200);
    const place = random.below(lines.length);
    const killer = makeLine('killer', 'the line that kills');
    lines.splice(place, 0, killer);
    stage.report(`the killer is line ${place}`);
    await stage.slowModel(300);
    const job = await stage.submitLines(lines, await uploadInput(stage.client, toInput(lines)));
    for (let seen = 0; seen < DEATHS; seen++) {
      await waitFor(`call ${seen + 1} of the killer`, async () => {
        const calls = (await job.calls()).filter(({ inputs }) => inputs.includes(killer.digest));
        return calls.length > seen ? true : undefined;
      });
      await system.kill('worker', 'SIGKILL');
      await system.start('worker');
      // Lines that run one by one need not be as slow, or the chunk takes its time.
      if (seen === 2) await stage.slowModel(60);
    }
    const { errors } = await stage.settle(job, { mayFail: ({ error }) => error?.code === 'worker_crashed' });

    expect(rowsOf(errors).map(({ custom_id: id }) => id)).toEqual(['killer']);
  });
});
