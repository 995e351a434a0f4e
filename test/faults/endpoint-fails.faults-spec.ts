import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { EMBEDDING_ENDPOINT } from '../e2e/support/clients.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';
import type { WatchedJob } from './harness/watched-job.js';

const LINES = 500;
const NO_CAPACITY_MS = 120_000;
/** What SageMaker says before any container is asked: nothing of it follows a line. */
const SERVICE_FAULTS = ['throttle', 'throttle-429', 'unavailable', 'dependency', 'not-ready', 'internal-failure'];

async function begun(stage: Stage): Promise<WatchedJob> {
  await stage.slowModel(40);
  const job = await stage.submit(LINES);
  await job.asked(20 + stage.random.below(150));
  // Faults are asked in the order in which they were added, and one that always fires hides those behind it.
  await stage.fastModel();
  return job;
}

describe('An endpoint that fails costs time and no line', () => {
  for (const kind of SERVICE_FAULTS)
    scenario(`${kind}, half of the calls and then all of them`, async (stage) => {
      const { system, random } = stage;
      const job = await begun(stage);
      const seed = random.below(1_000_000);
      const half = { target: EMBEDDING_ENDPOINT, kind, probability: 0.5, seed, durationMs: 2000 };
      await system.addFault(half);
      await stage.slowModel(40);
      await delay(1500);
      await system.clearFaults();
      await system.addFault({ target: EMBEDDING_ENDPOINT, kind, durationMs: 1000 + random.below(3000) });
      await stage.settle(job);
    });

  scenario('bursts of 500 from the container', async (stage) => {
    const { system, random } = stage;
    const job = await begun(stage);
    for (let burst = 0; burst < 4; burst++) {
      await system.clearFaults();
      await system.addFault({
        target: EMBEDDING_ENDPOINT,
        kind: 'error',
        status: 500,
        durationMs: 300 + random.below(2500),
      });
      await stage.slowModel(40);
      await delay(random.below(2500));
    }
    await system.clearFaults();
    await stage.settle(job);
  });

  scenario(
    'calls that are never answered',
    async (stage) => {
      const { system, random } = stage;
      const job = await begun(stage);
      await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'stall', durationMs: 3000 + random.below(6000) });
      await stage.settle(job);
    },
    { environment: { SLUICE_REQUEST_TIMEOUT_MS: '2000' } },
  );

  scenario('no capacity for two minutes', async (stage) => {
    const job = await begun(stage);
    await stage.system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'no-capacity', durationMs: NO_CAPACITY_MS });
    await stage.settle(job, {}, NO_CAPACITY_MS + 60_000);
  });
});
