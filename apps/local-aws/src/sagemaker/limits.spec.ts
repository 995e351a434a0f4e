import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { strictPayloadLimitBytes } from '../config.js';
import { endpointNames, invokeStream, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const call = (more: object, endpointName: string = endpointNames.sseChat) =>
  test.current.sageMaker.send(
    new InvokeEndpointCommand({
      EndpointName: endpointName,
      Body: JSON.stringify(say('Reply with exactly: x')),
      ...more,
    }),
  );

/** A chat body of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify(say('', { user: '' }));
  return JSON.stringify(say('', { user: 'x'.repeat(bytes - empty.length) }));
}

describe('the payload limit', () => {
  it('takes a request of 6 MiB and refuses one byte more', async () => {
    expect(bodyOf(strictPayloadLimitBytes)).toHaveLength(6_291_456);
    await expect(call({ Body: bodyOf(strictPayloadLimitBytes) })).resolves.toBeDefined();
    const error = await rejectionOf(call({ Body: bodyOf(strictPayloadLimitBytes + 1) }));
    expect(error).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Member must have length less than or equal to 6291456'),
    });
  });

  it('can be that of the newer pages of AWS', async () => {
    const definition = { model: 'm', engine: 'chat', payloadLimitBytes: 25_000_000 };
    await test.current.control('PUT', 'endpoints/large-payloads', definition);
    await expect(call({ Body: bodyOf(20_000_000) }, 'large-payloads')).resolves.toBeDefined();
  });

  it('holds for answers too', async () => {
    await test.current.control('PUT', 'endpoints/small-answers', {
      model: 'm',
      engine: 'embedding',
      payloadLimitBytes: 2000,
    });
    const error = await rejectionOf(call({ Body: '{"input":"x y z","encoding_format":"base64"}' }, 'small-answers'));
    expect(error).toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining('could not load the entire response body'),
    });
  });
});

describe('the time limit', () => {
  it('ends a call that is not streamed with the timeout of AWS', async () => {
    const definition = { model: 'm', engine: 'chat', latencyMs: 60_000, invocationTimeoutMs: 50 };
    await test.current.control('PUT', 'endpoints/slow', definition);
    const error = await rejectionOf(call({}, 'slow'));
    expect(error).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 0,
      OriginalMessage: expect.stringMatching(/^Your invocation timed out while waiting for a response from container/),
      message: expect.stringMatching(/^Received server error \(0\) from primary/),
    });
    expect(test.current.aws.witness.list()).toMatchObject([{ state: 'ended', outcome: 'error' }]);
  });

  it('ends a stream with an exception in it', async () => {
    const definition = { model: 'm', engine: 'chat', tokenDelayMs: 5, streamTimeoutMs: 300 };
    await test.current.control('PUT', 'endpoints/slow-stream', definition);
    const read = await invokeStream(test.current.sageMaker, 'slow-stream', say('Count to 5000', { stream: true }));
    expect(read.parts.length).toBeGreaterThan(0);
    expect(read.error).toMatchObject({ name: 'ModelStreamError', ErrorCode: 'ModelInvocationTimeExceeded' });
  });

  it('ends a stream that has not begun with an error of its own', async () => {
    const definition = { model: 'm', engine: 'chat', latencyMs: 60_000, streamTimeoutMs: 50 };
    await test.current.control('PUT', 'endpoints/late-stream', definition);
    const error = await rejectionOf(invokeStream(test.current.sageMaker, 'late-stream', say('x', { stream: true })));
    expect(error).toMatchObject({ name: 'ModelError', OriginalStatusCode: 0 });
  });
});

describe('the constraints of the API', () => {
  it.each([
    [{ CustomAttributes: 'x'.repeat(1025) }, 'customAttributes'],
    [{ InferenceId: 'x'.repeat(65) }, 'inferenceId'],
    [{ TargetVariant: '-x' }, 'targetVariant'],
    [{ InferenceComponentName: 'x'.repeat(64) }, 'inferenceComponentName'],
    [{ SessionId: 'a b' }, 'sessionId'],
  ])('refuse %j', async (more, member) => {
    expect(await rejectionOf(call(more))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(`1 validation error detected: Value at '${member}'`),
    });
  });

  it('take what is just within them', async () => {
    const more = { CustomAttributes: 'x'.repeat(1024), InferenceId: 'x'.repeat(64), SessionId: 'NEW_SESSION' };
    await expect(call(more)).resolves.toBeDefined();
  });

  it.each([
    [{ Filename: 'x'.repeat(33) }, 'filename'],
    [{ Filename: 'a.b.c' }, 'filename'],
    [{ S3OutputPathExtension: 's3://bucket/x' }, 's3OutputPathExtension'],
    [{ RequestTTLSeconds: 59 }, 'requestTTLSeconds'],
    [{ RequestTTLSeconds: 21_601 }, 'requestTTLSeconds'],
    [{ InvocationTimeoutSeconds: 3601 }, 'invocationTimeoutSeconds'],
    [{ InputLocation: 'ftp://bucket/key', Body: undefined }, 'inputLocation'],
    [{ Body: 'x'.repeat(128_001) }, 'body'],
  ])('refuse an asynchronous call with %j', async (more, member) => {
    const command = new InvokeEndpointAsyncCommand({ EndpointName: endpointNames.sseChat, Body: '{}', ...more });
    expect(await rejectionOf(test.current.sageMaker.send(command))).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(`'${member}'`),
    });
  });
});
