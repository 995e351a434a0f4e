import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GatewayError } from '#platform';
import { S3ObjectExchange } from '#storage';
import { startTestAws, type TestAws } from '../../../apps/local-aws/src/testing/start-test-aws.js';
import { AsyncSageMakerTransport } from '../../../libs/inference/src/transport/sagemaker/async/async-sagemaker-transport.js';
import type { TransportRequest } from '../../../libs/inference/src/transport/transport.port.js';
import { logger, optionsFor } from './open-stage.js';

const ENDPOINT = 'async-chat';

describe('An endpoint that takes asynchronous calls alone', () => {
  let stage: TestAws;
  let exchange: S3ObjectExchange;
  let transport: AsyncSageMakerTransport;

  beforeAll(async () => {
    const name = ENDPOINT;
    stage = await startTestAws({
      buckets: ['sluice', 'results'],
      endpoints: [
        {
          name,
          model: 'm',
          engine: 'chat',
          async: { s3OutputPath: 's3://results/out', s3FailurePath: 's3://results/bad' },
        },
      ],
    });
    exchange = new S3ObjectExchange(
      {
        bucket: 'sluice',
        region: 'us-east-1',
        endpoint: stage.aws.url,
        forcePathStyle: true,
        requestTimeoutMs: 10_000,
        maxAttempts: 1,
        maxSockets: 16,
      },
      { credentials: stage.aws.credentials },
    );
    transport = new AsyncSageMakerTransport({
      sageMaker: optionsFor(stage.aws.url, stage.aws.credentials),
      exchange,
      logger,
      pace: { firstMs: 10, maxMs: 50 },
    });
  });

  afterEach(() => {
    stage.aws.faults.clear();
    stage.aws.witness.clear();
  });

  afterAll(async () => {
    await transport.close();
    exchange.close();
    await stage.close();
  });

  function requestFor(content: string, more: Partial<TransportRequest> = {}): TransportRequest {
    return {
      target: { kind: 'sagemaker', endpoint: ENDPOINT },
      via: 'async',
      operation: 'chat',
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }] })),
      async: { inputPrefix: 'async', timeoutSeconds: 30, ttlSeconds: 60 },
      signal: new AbortController().signal,
      timeouts: { headersMs: 5_000, idleMs: 5_000 },
      ...more,
    };
  }

  async function inputsLeft(): Promise<number> {
    const { KeyCount } = await stage.s3.send(new ListObjectsV2Command({ Bucket: 'sluice', Prefix: 'async/' }));
    return KeyCount ?? 0;
  }

  it('is called and waited for, its result read from a bucket that is not ours', async () => {
    const { body } = await transport.invoke(requestFor('Reply with exactly: later'));

    expect(JSON.parse(body.toString('utf8'))).toMatchObject({ choices: [{ message: { content: 'later' } }] });
    expect(stage.aws.witness.list({ endpoint: ENDPOINT })).toMatchObject([{ operation: 'InvokeEndpointAsync' }]);
  });

  it('sends what is short inline and the rest through our bucket, from where it is removed again', async () => {
    const puts = (): number => stage.aws.s3RequestCount()['PutObject'] ?? 0;
    const before = puts();
    await transport.invoke(requestFor('Reply with exactly: short'));
    const afterShort = puts();
    const { body } = await transport.invoke(
      requestFor(`Reply with exactly: long ${'word '.repeat(20)}`, {
        body: Buffer.from(
          JSON.stringify({
            messages: [{ role: 'user', content: 'Reply with exactly: long' }],
            user: 'x'.repeat(200_000),
          }),
        ),
      }),
    );

    // The stand-in itself writes each result.
    expect(afterShort - before).toBe(1);
    expect(puts() - afterShort).toBe(2);
    expect(body.toString('utf8')).toContain('"long"');
    await expect.poll(inputsLeft).toBe(0);
  });

  it("passes on a container's refusal that it finds at the failure location", async () => {
    const refusal = transport.invoke(requestFor('', { body: Buffer.from('{"messages":[]}') }));

    await expect(refusal).rejects.toMatchObject({ reason: 'upstream_rejected', status: 400 });
  });

  it('gives up at its deadline with 504', async () => {
    stage.aws.faults.add({ target: ENDPOINT, kind: 'slow', delayMs: 20_000 });
    const late = requestFor('Reply with exactly: late', {
      async: { inputPrefix: 'async', timeoutSeconds: 1, ttlSeconds: 60 },
    });

    await expect(transport.invoke(late)).rejects.toMatchObject({ reason: 'upstream_timeout', status: 504 });
  });

  it('stops waiting when its caller leaves', async () => {
    stage.aws.faults.add({ target: ENDPOINT, kind: 'slow', delayMs: 20_000 });
    const caller = new AbortController();
    const left = new GatewayError('client_closed_request', 'left');
    const answer = transport.invoke(requestFor('Reply with exactly: nobody', { signal: caller.signal }));
    await expect.poll(() => stage.aws.witness.list({ endpoint: ENDPOINT }).length).toBe(1);
    caller.abort(left);

    await expect(answer).rejects.toBe(left);
  });

  it('rides out an S3 that fails for a while', async () => {
    stage.aws.faults.add({ target: 's3', operation: 'GetObject', keyPattern: '^out/', kind: 'error', times: 3 });

    const { body } = await transport.invoke(requestFor('Reply with exactly: patient'));

    expect(body.toString('utf8')).toContain('patient');
  });

  it('says that storage is away when the input cannot be stored', async () => {
    stage.aws.faults.add({ target: 's3', operation: 'PutObject', kind: 'error' });
    const body = Buffer.from(JSON.stringify({ messages: [], user: 'x'.repeat(200_000) }));

    await expect(transport.invoke(requestFor('', { body }))).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });

  it('says that an operator must act when the endpoint does not exist', async () => {
    const request = requestFor('x', { target: { kind: 'sagemaker', endpoint: 'no-such-endpoint' } });

    await expect(transport.invoke(request)).rejects.toMatchObject({ reason: 'upstream_misconfigured' });
  });

  it('leaves results where the endpoint wrote them', async () => {
    await transport.invoke(requestFor('Reply with exactly: kept'));
    const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command({ Bucket: 'results', Prefix: 'out/' }));
    const texts = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket: 'results', Key }));
        return await Body?.transformToString();
      }),
    );

    expect(texts.some((text) => text?.includes('kept'))).toBe(true);
  });
});
