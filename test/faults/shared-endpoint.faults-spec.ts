import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { scenario } from './harness/scenario.js';
import { SteadyRealtime } from './harness/steady-realtime.js';
import { judgeBudget } from './judge/judge-budget.js';
import { EMBEDDING_ENDPOINT } from '../e2e/support/clients.js';

/** As in the catalog. */
const CEILING = 8;
/** A tick to tell, a tick to decide, a tick to follow; the rest is for a busy machine. */
const DEAD_TIME_MS = 1000;
/** Longer than the dead time, so that bulk has to heed realtime's calls. */
const CALL_MS = 1600;
const LINES = 120;
const ENVIRONMENT = {
  SLUICE_CATALOG: fileURLToPath(new URL('harness/narrow-endpoint.yaml', import.meta.url)),
  SLUICE_PACKING: 'off',
  SLUICE_CHUNK_LINES: '10',
};

describe('One endpoint shared by two api and three worker processes', () => {
  scenario(
    'stays within its budget, also while one worker is killed and Redis is emptied',
    async (stage) => {
      const { system, random } = stage;
      const [api, ...workers] = await Promise.all([
        system.startAnother('api'),
        system.startAnother('worker'),
        system.startAnother('worker'),
      ]);
      await stage.slowModel(CALL_MS);
      const realtime = new SteadyRealtime([system.baseUrl, api], system.apiKey);
      const job = await stage.submit(LINES);
      await job.asked(20);
      for (let flush = 0; flush < 3; flush++) {
        await system.flushRedis();
        await delay(500 + random.below(2000));
      }
      await system.killAnother(random.pick(workers), 'SIGKILL');
      await delay(random.below(1000));
      await system.flushRedis();
      await job.asked(LINES);
      await realtime.stop();
      await stage.fastModel();
      const calls = (await system.witness()).filter(({ endpoint }) => endpoint === EMBEDDING_ENDPOINT);
      await stage.settle(job);

      const isRealtime = realtime.isOwn.bind(realtime);
      const bulk = calls.filter((call) => !isRealtime(call));
      stage.report(
        `${bulk.length} calls of bulk and ${realtime.answered} of realtime, at most ${Math.max(...calls.map(({ concurrency }) => concurrency))} in flight`,
      );
      expect(judgeBudget(calls, { ceiling: CEILING, deadTimeMs: DEAD_TIME_MS, isRealtime })).toEqual([]);
      expect(realtime.failures).toEqual([]);
      expect(realtime.answered).toBeGreaterThan(10);
      expect(Math.max(...bulk.map(({ concurrency }) => concurrency))).toBeGreaterThan(CEILING / 2);
    },
    { environment: ENVIRONMENT },
  );
});
