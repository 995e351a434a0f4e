import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { uploadInput } from '../e2e/support/batches.js';
import { attemptBatch, attemptCreate, settleAttempts, type Attempt } from './harness/attempt-create.js';
import { toInput } from './harness/lines.js';
import { scenario } from './harness/scenario.js';
import type { Stage } from './harness/stage.js';

const WRITES = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];
const OUTAGE_MS = 30_000;
/** What was refused is given so long to run all the same. */
const LATER_MS = 8000;

/** Makes jobs one after the other for a while. */
async function attemptFor(stage: Stage, timeMs: number, lines: number): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const until = Date.now() + timeMs;
  while (Date.now() < until) attempts.push(await attemptCreate(stage, lines));
  stage.report(
    `creates: ${JSON.stringify(
      Object.groupBy(
        attempts.map(({ kind }) => kind),
        (kind) => kind,
      ),
    )}`,
  );
  return attempts;
}

describe('S3 fails', () => {
  scenario('bursts of 500 and 503 on every operation', async (stage) => {
    const { system, random } = stage;
    const seed = random.below(1_000_000);
    const job = await stage.submit(600);
    for (const status of [500, 503])
      await system.addFault({ target: 's3', kind: 'error', status, probability: 0.2, seed, durationMs: 10_000 });
    const attempts = await attemptFor(stage, 10_000, 60);
    await system.clearFaults();
    await stage.settle(job);
    await delay(LATER_MS);
    expect(await settleAttempts(stage, [...attempts, { kind: 'accepted', lines: job.lines, jobId: job.id }])).toEqual(
      [],
    );
  });

  scenario('answers of writes of every kind are lost, or errors though the write took effect', async (stage) => {
    const { system, random } = stage;
    for (const operation of [...WRITES, 'DeleteObject', 'DeleteObjects']) {
      const kind = random.pick(['answer-lost', 'answer-error']);
      const seed = random.below(1_000_000);
      await system.addFault({ target: 's3', operation, kind, probability: 0.4, seed, durationMs: 15_000 });
    }
    const attempts = await attemptFor(stage, 6000, 120);
    await system.clearFaults();
    await delay(LATER_MS);
    expect(await settleAttempts(stage, attempts)).toEqual([]);
  });

  scenario('a create whose last answers are lost, with S3 away behind it', async (stage) => {
    const { system, client } = stage;
    const lines = stage.lines(60);
    const input = await uploadInput(client, toInput(lines));
    const record = { target: 's3', keyPattern: '/records/jobs/' };
    await system.addFault({ ...record, operation: 'PutObject', kind: 'answer-lost', durationMs: 5000 });
    await system.addFault({ ...record, operation: 'GetObject', kind: 'error', status: 503, durationMs: 5000 });
    const attempt = await attemptBatch(stage, lines, input);
    stage.report(`the create was ${attempt.kind}`);
    await delay(LATER_MS);
    await system.clearFaults();
    await delay(LATER_MS);

    expect(await settleAttempts(stage, [attempt])).toEqual([]);
  });

  scenario('a create whose commit is refused: it never runs, and what it left is no job', async (stage) => {
    const { system } = stage;
    const record = { target: 's3', keyPattern: '/records/jobs/', operation: 'PutObject' };
    await system.addFault({ ...record, kind: 'error', status: 503, durationMs: 8000 });
    const attempt = await attemptCreate(stage, 60);
    await system.clearFaults();

    expect(attempt.kind).toBe('refused');
    expect(await stage.objects.jobIds()).toHaveLength(1);
    await delay(LATER_MS);
    expect(await settleAttempts(stage, [attempt])).toEqual([]);
  });

  scenario('away for 30 seconds while jobs run', async (stage) => {
    const { system, random } = stage;
    await stage.slowModel(100);
    const job = await stage.submit(600);
    await job.asked(50 + random.below(300));
    await system.addFault({ target: 's3', kind: 'error', status: 503, durationMs: OUTAGE_MS });
    const attempts = [await attemptCreate(stage, 60), await attemptCreate(stage, 60)];
    await delay(OUTAGE_MS);
    await stage.settle(job);

    expect(attempts.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect(await settleAttempts(stage, attempts)).toEqual([]);
  });

  scenario('S3 and models unreachable for 30 seconds', async (stage) => {
    const { system, random } = stage;
    await stage.slowModel(100);
    const job = await stage.submit(600);
    await job.asked(50 + random.below(300));
    await system.kill('local-aws', 'SIGKILL');
    const attempt = await attemptCreate(stage, 60);
    await delay(OUTAGE_MS);
    await system.start('local-aws');
    await stage.settle(job);

    expect(attempt.kind).toBe('refused');
    expect(await settleAttempts(stage, [attempt])).toEqual([]);
  });
});
