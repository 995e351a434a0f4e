import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  driveToEnd,
  readCommit,
  readRows,
  requestLine,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  type TestBulk,
} from '../../../libs/jobs/src/testing/index.js';
import { AsyncStage, ENDPOINT } from './async-stage.js';

/** The shortest time to live, a minute, passes in 300 ms. */
const FAST_SECOND_MS = 5;
const TIMEOUT = { timeout: 60_000, interval: 50 };

describe('A chunk on an asynchronous endpoint, through the AWS SDK', () => {
  let stage: AsyncStage;
  let bulk: TestBulk;

  beforeAll(async () => {
    stage = await AsyncStage.open(FAST_SECOND_MS);
  });

  beforeEach(async () => {
    await stage.define();
    bulk = stage.openBulk();
  });

  afterEach(() => {
    stage.test.aws.faults.clear();
    stage.test.aws.witness.clear();
  });

  afterAll(async () => {
    await stage.close();
  });

  async function committed(jobId: string): Promise<void> {
    await expect.poll(async () => (await runChunk(bulk, jobId, 0)).kind, TIMEOUT).toBe('committed');
  }

  async function listed(bucket: string, prefix: string): Promise<number> {
    const { KeyCount } = await stage.test.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return KeyCount ?? 0;
  }

  it('waits out an endpoint without instances, and asks each line once though its calls end in any order', async () => {
    await stage.define({ instances: 0 });
    const jobId = await startJob(bulk, requestLines(12));
    for (let look = 0; look < 3; look++) expect((await runChunk(bulk, jobId, 0)).kind).toBe('later');
    const asleep = stage.asked();
    await stage.define({ instances: 1 });
    await committed(jobId);

    expect(asleep).toEqual([]);
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 12, failed: 0 });
    expect(stage.asked()).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it('writes rows in the shape and the order of the input', async () => {
    const jobId = await startJob(bulk, requestLines(5));
    await committed(jobId);
    const record = await driveToEnd(bulk, jobId);
    const rows = await readRows(bulk, record.outputFileId);

    expect(rows.map(({ custom_id }) => custom_id)).toEqual(['line-0', 'line-1', 'line-2', 'line-3', 'line-4']);
    expect(rows[0]?.response?.body).toMatchObject({ object: 'list', model: 'model/dev', data: [{ index: 0 }] });
    expect(record.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('submits again what expired in the queue of an endpoint that slept for too long', async () => {
    await stage.define({ instances: 0 });
    const failedBefore = await listed('results', 'failed/');
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    await expect.poll(() => listed('results', 'failed/'), TIMEOUT).toBeGreaterThanOrEqual(failedBefore + 3);
    await runChunk(bulk, jobId, 0);
    await stage.define({ instances: 1 });
    await committed(jobId);

    expect(bulk.retries).toContain('expired');
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 2, failed: 0 });
    expect(stage.asked()).toEqual([1, 1]);
  });

  it("makes the row of a failure object with the container's words and status", async () => {
    const jobId = await startJob(bulk, [requestLine('long', 'word '.repeat(20_000)), requestLine('short', 'text')]);
    await committed(jobId);
    const record = await driveToEnd(bulk, jobId);
    const errors = await readRows(bulk, record.errorFileId);

    expect(record.counts).toEqual({ total: 2, completed: 1, failed: 1 });
    expect(errors).toMatchObject([{ custom_id: 'long', response: { status_code: 400 } }]);
    expect(JSON.stringify(errors)).toContain('maximum context length');
  });

  it('tries again after a server error of the container', async () => {
    stage.test.aws.faults.add({ target: ENDPOINT, kind: 'error', status: 500, times: 2 });
    const jobId = await startJob(bulk, requestLines(4));
    await expect
      .poll(async () => {
        stage.clock.nowMs += 10_000;
        return (await runChunk(bulk, jobId, 0)).kind;
      }, TIMEOUT)
      .toBe('committed');

    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 4, failed: 0 });
  });

  it('finds the result of a submission whose answer was lost, and asks nothing again', async () => {
    await startAndCommitOne();
    stage.test.aws.witness.clear();
    stage.test.aws.faults.add({ target: ENDPOINT, operation: 'InvokeEndpointAsync', kind: 'answer-lost', times: 1 });
    const jobId = await startJob(bulk, requestLines(3));
    await committed(jobId);

    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 3, failed: 0 });
    expect(stage.asked()).toEqual([1, 1, 1]);
  });

  it('submits a line again only when its lost submission can run no more', async () => {
    await startAndCommitOne();
    stage.test.aws.witness.clear();
    await stage.define({ instances: 0 });
    stage.test.aws.faults.add({ target: ENDPOINT, operation: 'InvokeEndpointAsync', kind: 'answer-lost', times: 1 });
    const jobId = await startJob(bulk, requestLines(1));
    const failedBefore = await listed('results', 'failed/');
    await runChunk(bulk, jobId, 0);
    stage.test.aws.faults.clear();
    // Its failure object lies where only the lost answer said.
    await expect.poll(() => listed('results', 'failed/'), TIMEOUT).toBeGreaterThan(failedBefore);
    await stage.define({ instances: 1 });
    stage.clock.nowMs += 200_000;
    await runChunk(bulk, jobId, 0);
    const early = stage.asked();
    stage.clock.nowMs += 50_000;
    await committed(jobId);

    expect(early).toEqual([]);
    expect(stage.asked()).toEqual([1]);
  });

  it('sends long bodies through S3 and removes them when the chunk is done', async () => {
    await stage.define({ instances: 0 });
    const body = { model: 'model/dev', input: 'text', user: 'x'.repeat(200_000) };
    const line = JSON.stringify({ custom_id: 'long', method: 'POST', url: '/v1/embeddings', body });
    const jobId = await startJob(bulk, [line]);
    await runChunk(bulk, jobId, 0);
    const stored = await listed('sluice', `async/bulk/${jobId}/`);
    await stage.define({ instances: 1 });
    await committed(jobId);

    expect(stored).toBe(1);
    expect(await listed('sluice', `async/bulk/${jobId}/`)).toBe(0);
  });

  /** After the first job this worker knows where results go. */
  async function startAndCommitOne(): Promise<void> {
    await committed(await startJob(bulk, requestLines(1)));
  }
});

describe('A cancelled job on an asynchronous endpoint', () => {
  let stage: AsyncStage;

  beforeAll(async () => {
    stage = await AsyncStage.open(1_000);
  });

  afterAll(async () => {
    await stage.close();
  });

  async function keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await stage.test.s3.send(new ListObjectsV2Command({ Bucket: 'results', Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }

  it('keeps what was answered, and makes calls that wait fail by removing their inputs', async () => {
    const bulk = stage.openBulk({ chunkLines: 1 });
    const long = { model: 'model/dev', input: 'never asked', user: 'x'.repeat(200_000) };
    const lines = [
      requestLine('answered', 'asked'),
      JSON.stringify({ custom_id: 'waiting', method: 'POST', url: '/v1/embeddings', body: long }),
    ];
    await stage.define();
    const jobId = await startJob(bulk, lines);
    await runChunk(bulk, jobId, 0);
    await expect.poll(() => keys('out/'), TIMEOUT).toContainEqual(expect.stringMatching(/000000-1\.json$/));
    await stage.define({ instances: 0 });
    await runChunk(bulk, jobId, 1);
    await bulk.batches.cancel(TENANT, jobId);
    const record = await driveToEnd(bulk, jobId);
    await stage.define({ instances: 1 });
    await expect.poll(() => keys('failed/'), TIMEOUT).toHaveLength(1);

    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 2, completed: 1, failed: 1 } });
    expect(stage.asked()).toEqual([1]);
    expect(await bulk.registry.metrics()).toContain('sluice_bulk_async_calls_total{outcome="abandoned"} 1');
  });
});
