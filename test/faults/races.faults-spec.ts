import { S3ServiceException } from '@aws-sdk/client-s3';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { describe, expect } from 'vitest';
import { objectKeys } from '#contracts';
import { scenario } from './harness/scenario.js';
import { TENANT } from './harness/stored-objects.js';
import { judgeFinishedKept } from './judge/judge-calls.js';
import { mayBeCancelled, mayBeExpired } from './judge/judge-rows.js';

const LINES = 300;
const RACES = 5;

function isPreconditionFailed(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
}

describe('What happens at the moment of finishing', () => {
  scenario('cancel against completion', async (stage) => {
    const ends: string[] = [];
    await stage.slowModel(20);
    for (let race = 0; race < RACES; race++) {
      const job = await stage.submit(LINES);
      await job.asked(LINES - (race % 2 === 0 ? 0 : stage.random.below(LINES / 5)));
      await delay(stage.random.below(race % 2 === 0 ? 1500 : 100));
      const cancelled = await stage.client.batches.cancel(job.id).catch((error: unknown) => error);
      const answeredAtMs = Date.now();
      if (cancelled instanceof OpenAI.APIError) expect(cancelled.status).toBe(400);
      const evidence = await stage.settle(job, { statuses: ['completed', 'cancelled'], mayFail: mayBeCancelled });
      ends.push(evidence.record.status);
      expect(await stage.judgeQuiet(job)).toEqual([]);
      expect(judgeFinishedKept(evidence, answeredAtMs)).toEqual([]);
    }
    stage.report(`jobs ended ${ends.join(', ')}`);
  });

  scenario('cancel midway keeps all that was answered', async (stage) => {
    await stage.slowModel(50);
    const job = await stage.submit(1000);
    await job.asked(100 + stage.random.below(600));
    await stage.client.batches.cancel(job.id);
    const evidence = await stage.settle(job, { statuses: ['cancelled'], mayFail: mayBeCancelled });

    expect(await stage.judgeQuiet(job)).toEqual([]);
    expect(judgeFinishedKept(evidence, Date.now())).toEqual([]);
  });

  scenario('cancel of a job that is being validated', async (stage) => {
    await stage.system.addFault({
      target: 's3',
      operation: 'PutObject',
      keyPattern: '/plan$',
      kind: 'slow',
      delayMs: 1500,
    });
    const job = await stage.submit(LINES);
    await stage.client.batches.cancel(job.id);
    const { calls } = await stage.settle(job, { statuses: ['cancelled'], mayFail: mayBeCancelled });

    expect(calls).toEqual([]);
  });

  scenario('expiry against completion', async (stage) => {
    const ends: string[] = [];
    await stage.slowModel(20);
    for (let race = 0; race < RACES; race++) {
      const job = await stage.submit(LINES);
      await job.asked(LINES - stage.random.below(LINES / 2));
      const deadlineMs = Date.now() + stage.random.below(600);
      await stage.objects
        .editRecord(objectKeys.jobRecord(TENANT, job.id), (record) =>
          record['endedAtMs'] === null ? { ...record, deadlineMs } : record,
        )
        .catch((error: unknown) => {
          if (!isPreconditionFailed(error)) throw error;
          stage.report('the record changed meanwhile; the deadline stays');
        });
      const expectation = { statuses: ['completed', 'expired'], mayFail: mayBeExpired, movedDeadline: true };
      const evidence = await stage.settle(job, expectation);
      ends.push(evidence.record.status);
      expect(judgeFinishedKept(evidence, deadlineMs)).toEqual([]);
    }
    stage.report(`jobs ended ${ends.join(', ')}`);
  });
});
