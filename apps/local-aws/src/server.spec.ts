import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from './testing/start-test-aws.js';
import { endpointNames, invoke, rejectionOf, say } from './testing/invoke.js';

const started: TestAws[] = [];
async function start(options: Parameters<typeof startTestAws>[0] = {}): Promise<TestAws> {
  const test = await startTestAws(options);
  started.push(test);
  return test;
}
afterEach(async () => {
  for (const test of started.splice(0).reverse()) await test.close();
});

describe('the stand-in', () => {
  it('serves S3 and SageMaker on one port, with the buckets that were asked for', async () => {
    const { s3, sageMaker, aws } = await start({ buckets: ['first', 'second'] });
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map((bucket) => bucket.Name)).toEqual(['first', 'second']);
    await expect(invoke(sageMaker, endpointNames.rerank, { query: 'a', documents: ['a'] })).resolves.toBeDefined();
    expect(aws.s3RequestCount()).toMatchObject({ CreateBucket: 2 });
  });

  it('finds objects and the witness log again when it starts on the same folder', async () => {
    const first = await start();
    await first.s3.send(new PutObjectCommand({ Bucket: 'sluice', Key: 'kept', Body: 'still here' }));
    await invoke(first.sageMaker, endpointNames.sseChat, say('x'));
    await first.aws.close();
    const second = await start({ dataDir: first.dataDir });
    const { Body } = await second.s3.send(new GetObjectCommand({ Bucket: 'sluice', Key: 'kept' }));
    expect(await Body?.transformToString()).toBe('still here');
    expect(second.aws.witness.list()).toMatchObject([{ sequence: 1, outcome: 'ok' }]);
  });

  it('leaves S3 to another server when told so', async () => {
    const { s3, sageMaker } = await start({ s3: 'off' });
    expect(await rejectionOf(s3.send(new CreateBucketCommand({ Bucket: 'x' })))).toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(invoke(sageMaker, endpointNames.sseChat, say('x'))).resolves.toBeDefined();
  });

  it('stops while calls are in progress, and notes how these ended', async () => {
    const test = await start();
    test.aws.faults.add({ target: endpointNames.sseChat, kind: 'stall' });
    const call = rejectionOf(invoke(test.sageMaker, endpointNames.sseChat, say('x')));
    await expect.poll(() => test.aws.witness.list()).toHaveLength(1);
    await test.aws.close();
    expect(await call).toBeDefined();
    expect(test.aws.witness.list()).toMatchObject([{ state: 'ended', outcome: 'aborted' }]);
  });
});
