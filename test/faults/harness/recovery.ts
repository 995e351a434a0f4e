import { expect } from 'vitest';
import type { Stage } from './stage.js';
import { waitFor } from './wait-for.js';

/** Liveness; the figure itself is printed, and judged by a person on a quiet machine. */
const BOUND_MS = 60_000;
/** More than two workers can have asked for while one is being started. */
const LINES = 1500;

/**
 * Kills the first worker while it is at its chunks, and takes the time until every line that it had begun and not
 * finished is asked of the model again.
 */
export async function measureRecovery(
  stage: Stage,
  steps: { prepare(): Promise<unknown>; recover(): Promise<void> },
): Promise<void> {
  const { system } = stage;
  await stage.slowModel(1000);
  const job = await stage.submit(LINES);
  await job.asked(60);
  await steps.prepare();
  const killedAtMs = Date.now();
  await system.kill('worker', 'SIGKILL');
  const lost = await waitFor('the calls that the kill broke off', async () => {
    const broken = (await job.calls()).filter(
      ({ outcome, time }) => outcome === 'aborted' && Date.parse(time) < killedAtMs,
    );
    const digests = broken.flatMap(({ inputs }) => inputs);
    return digests.length > 0 ? new Set(digests) : undefined;
  });
  await steps.recover();
  await stage.fastModel();
  const againAtMs = await waitFor('the lines that the kill broke off, asked again', async () => {
    const later = (await job.calls()).filter(({ time }) => Date.parse(time) > killedAtMs);
    const again = later.filter(({ inputs }) => inputs.some((input) => lost.has(input)));
    const found = new Set(again.flatMap(({ inputs }) => inputs).filter((input) => lost.has(input)));
    return found.size === lost.size ? Math.max(...again.map(({ time }) => Date.parse(time))) : undefined;
  });
  stage.report(`${lost.size} broken lines were asked again after ${againAtMs - killedAtMs} ms`);
  await stage.settle(job);

  expect(againAtMs - killedAtMs).toBeLessThan(BOUND_MS);
}
