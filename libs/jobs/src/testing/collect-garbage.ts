import { GarbageCollector } from '../garbage/garbage-collector.js';
import type { TestBulk } from './create-test-bulk.js';

const DAY_MS = 86_400_000;

/** One whole pass, as of the engine's clock, told of each step. @returns how many objects were removed, by what they were */
export async function collectGarbage(bulk: TestBulk, onStep?: () => void): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {};
  const collector = new GarbageCollector({
    ...bulk,
    jobDataMs: DAY_MS,
    jobMs: 90 * DAY_MS,
    onRemoved: (kind, objects) => {
      removed[kind] = (removed[kind] ?? 0) + objects;
    },
    now: () => bulk.clock.nowMs,
  });
  const pass = collector.pass();
  while ((await pass.next()).done !== true) onStep?.();
  return removed;
}
