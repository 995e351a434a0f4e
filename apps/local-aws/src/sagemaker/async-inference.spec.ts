import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand, type InvokeEndpointAsyncCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoke, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

// A second of the API's own timers lasts 5 ms here, so that the shortest time to live (60 s) is 300 ms.
const test = useTestAws({ asyncSecondMs: 5 });
const name = 'async-chat';
const order = JSON.stringify(say('Reply with exactly: later'));

interface Notification {
  readonly type: string | undefined;
  readonly message: Record<string, unknown>;
}
const notifications: Notification[] = [];
const refusals = { left: 0 };
let subscriber: Server;

beforeAll(async () => {
  subscriber = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const refused = refusals.left > 0;
      refusals.left -= refused ? 1 : 0;
      const envelope = JSON.parse(Buffer.concat(pieces).toString('utf8'));
      const type = request.headers['x-amz-sns-message-type'];
      if (!refused) notifications.push({ type: String(type), message: JSON.parse(envelope.Message) });
      response.writeHead(refused ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve));
  await define(name, {});
});
afterAll(() => {
  subscriber.closeAllConnections();
  subscriber.close();
});

async function define(endpointName: string, more: object): Promise<void> {
  const notificationUrl = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/topic`;
  const settings = { s3OutputPath: 's3://sluice/out', s3FailurePath: 's3://sluice/failed', notificationUrl };
  const definition = { model: 'm', engine: 'chat', async: settings, ...more };
  expect(await test.current.control('PUT', `endpoints/${endpointName}`, definition)).toMatchObject({ status: 200 });
}

const submit = (input: Partial<InvokeEndpointAsyncCommandInput>) =>
  test.current.sageMaker.send(new InvokeEndpointAsyncCommand({ EndpointName: name, ...input }));

async function readObject(location: string | undefined): Promise<string | undefined> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location ?? '') ?? [];
  try {
    const { Body } = await test.current.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

const poll = (location: string | undefined) => expect.poll(() => readObject(location), { timeout: 5000 });
const notified = (inferenceId: string | undefined) =>
  expect.poll(() => notifications.filter((notification) => notification.message['inferenceId'] === inferenceId), {
    timeout: 5000,
  });

describe('InvokeEndpointAsync', () => {
  it('reads its input from S3 and writes the answer where it said', async () => {
    await test.current.s3.send(new PutObjectCommand({ Bucket: 'sluice', Key: 'in/a.json', Body: order }));
    const accepted = await submit({
      InputLocation: 's3://sluice/in/a.json',
      InferenceId: 'my-id',
      ContentType: 'application/json',
    });
    expect(accepted).toMatchObject({ InferenceId: 'my-id', $metadata: { httpStatusCode: 202 } });
    expect(accepted.OutputLocation).toMatch(/^s3:\/\/sluice\/out\/[0-9a-f-]{36}\.out$/);
    expect(accepted.FailureLocation).toMatch(/^s3:\/\/sluice\/failed\/[0-9a-f-]{36}-error\.out$/);
    await poll(accepted.OutputLocation).toContain('"content":"later"');
    expect(test.current.aws.witness.list()).toMatchObject([
      { operation: 'InvokeEndpointAsync', inferenceId: 'my-id', outcome: 'ok' },
    ]);
    await notified('my-id').toMatchObject([
      {
        type: 'Notification',
        message: {
          invocationStatus: 'Completed',
          requestParameters: {
            endpointName: name,
            contentType: 'application/json',
            inputLocation: 's3://sluice/in/a.json',
          },
          responseParameters: { contentType: 'application/json', outputLocation: accepted.OutputLocation },
          eventName: 'InferenceResult',
        },
      },
    ]);
  });

  it('takes its input inline, and a name for the answer', async () => {
    const accepted = await submit({ Body: order, Filename: 'line-7.json', S3OutputPathExtension: 'job/3' });
    expect(accepted.OutputLocation).toBe('s3://sluice/out/job/3/line-7.json');
    expect(accepted.InferenceId).toMatch(/^[0-9a-f-]{36}$/);
    await poll(accepted.OutputLocation).toContain('later');
  });

  it('wants one input, and an endpoint that is asynchronous', async () => {
    const both = { Body: order, InputLocation: 's3://sluice/in/a.json' };
    expect(await rejectionOf(submit(both))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('mutually'),
    });
    expect(await rejectionOf(submit({}))).toMatchObject({ name: 'ValidationError' });
    await test.current.control('PUT', 'endpoints/realtime', { model: 'm', engine: 'chat' });
    expect(await rejectionOf(submit({ EndpointName: 'realtime', Body: order }))).toMatchObject({
      name: 'ValidationError',
    });
    expect(await rejectionOf(invoke(test.current.sageMaker, name, say('x')))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('only supports asynchronous invocations'),
    });
  });

  it.each([
    ['an input that is not there', { InputLocation: 's3://sluice/in/none' }, /NoSuchKey|key does not exist/],
    ['a refusal of the container', { Body: '{"messages":[]}' }, /Received client error \(400\) from primary/],
    ['an answer that is streamed', { Body: JSON.stringify(say('x', { stream: true })) }, /Content-Length/],
  ])('leaves a failure for %s', async (_name, input, reason) => {
    const accepted = await submit(input);
    await poll(accepted.FailureLocation).toMatch(reason);
    await notified(accepted.InferenceId).toMatchObject([
      { message: { invocationStatus: 'Failed', failureReason: expect.stringMatching(reason) } },
    ]);
    expect(await readObject(accepted.OutputLocation)).toBeUndefined();
  });

  it('works on no more at once than the endpoint allows', async () => {
    const settings = { s3OutputPath: 's3://sluice/bounded', maxConcurrentInvocationsPerInstance: 2 };
    await define('bounded', { async: settings, latencyMs: 20 });
    const accepted = await Promise.all(
      Array.from({ length: 6 }, () => submit({ EndpointName: 'bounded', Body: order })),
    );
    expect(accepted.every((answer) => answer.FailureLocation === undefined)).toBe(true);
    for (const answer of accepted) await poll(answer.OutputLocation).toBeDefined();
    const concurrency = test.current.aws.witness.list().map((record) => record.concurrency);
    expect(concurrency).toHaveLength(6);
    expect(Math.max(...concurrency)).toBe(2);
  });

  it('lets calls wait while no instance runs, and works on them in any order when one does', async () => {
    const settings = { s3OutputPath: 's3://sluice/asleep', maxConcurrentInvocationsPerInstance: 1, shuffled: true };
    await define('asleep', { async: { ...settings, instances: 0 } });
    const names = Array.from({ length: 12 }, (_, index) => `id-${String(index).padStart(2, '0')}`);
    for (const name of names) await submit({ EndpointName: 'asleep', Body: order, Filename: name, InferenceId: name });
    const before = test.current.aws.witness.list().length;
    await define('asleep', { async: { ...settings, instances: 1 } });
    for (const name of names) await poll(`s3://sluice/asleep/${name}`).toBeDefined();
    const answered = test.current.aws.witness.list().map((record) => record.inferenceId);

    expect(before).toBe(0);
    expect(answered).not.toEqual(names);
    expect(new Set(answered)).toEqual(new Set(names));
  });

  it.each(['cut', 'stream-error'])('leaves a failure for the fault %s', async (kind) => {
    test.current.aws.faults.add({ target: name, kind });
    const accepted = await submit({ Body: order });
    await poll(accepted.FailureLocation).toContain('connection to container primary broke');
    expect(test.current.aws.witness.list()).toMatchObject([{ outcome: 'error' }]);
  });

  it('gives up on what takes longer than InvocationTimeoutSeconds', async () => {
    test.current.aws.faults.add({ target: name, kind: 'stall' });
    const accepted = await submit({ Body: order, InvocationTimeoutSeconds: 4 });
    await poll(accepted.FailureLocation).toContain('timed out');
  });

  it('gives up on what waited longer than RequestTTLSeconds', async () => {
    const settings = {
      s3OutputPath: 's3://sluice/out',
      s3FailurePath: 's3://sluice/failed',
      maxConcurrentInvocationsPerInstance: 1,
    };
    await define('busy', { async: settings });
    test.current.aws.faults.add({ target: 'busy', kind: 'stall', times: 1 });
    const first = await submit({ EndpointName: 'busy', Body: order, InvocationTimeoutSeconds: 120 });
    const second = await submit({ EndpointName: 'busy', Body: order, RequestTTLSeconds: 60 });
    await poll(second.FailureLocation).toContain('expired');
    await poll(first.FailureLocation).toContain('timed out');
    expect(test.current.aws.witness.list()).toHaveLength(1);
  });

  it('does the work of a call whose answer was lost, and none of one that was throttled', async () => {
    test.current.aws.faults.add({ target: name, kind: 'answer-lost', times: 1 });
    const lost = submit({ Body: order, Filename: 'lost.json' });
    expect(await rejectionOf(lost)).toMatchObject({ code: 'ECONNRESET' });
    await poll('s3://sluice/out/lost.json').toContain('later');
    test.current.aws.faults.add({ target: name, kind: 'throttle' });
    expect(await rejectionOf(submit({ Body: order }))).toMatchObject({ name: 'ThrottlingException' });
    expect(test.current.aws.witness.list()).toHaveLength(1);
  });

  it('announces again what the subscriber did not take', async () => {
    refusals.left = 2;
    const accepted = await submit({ Body: order });
    await notified(accepted.InferenceId).toHaveLength(1);
    expect(refusals.left).toBe(0);
  });
});
