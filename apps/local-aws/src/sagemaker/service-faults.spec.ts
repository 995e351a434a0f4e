import { SageMakerRuntimeServiceException } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, invoke, invokeStream, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const target = endpointNames.sseChat;
const order = say('Reply with exactly: fine');
const ask = () => invoke(test.current.sageMaker, target, order);

describe('a fault of the service', () => {
  it.each([
    ['throttle', 'ThrottlingException', 400],
    ['throttle-429', 'ThrottlingException', 429],
    ['unavailable', 'ServiceUnavailable', 503],
    ['internal-failure', 'InternalFailure', 500],
    ['dependency', 'InternalDependencyException', 530],
    ['not-ready', 'ModelNotReadyException', 429],
    ['no-capacity', 'ValidationError', 400],
    ['access-denied', 'AccessDeniedException', 403],
    ['expired-token', 'ExpiredTokenException', 403],
  ])('%s is %s with status %i on every operation, and no model is called', async (kind, name, httpStatusCode) => {
    test.current.aws.faults.add({ target, kind, times: 2 });
    const error = await rejectionOf(ask());
    expect(error).toBeInstanceOf(SageMakerRuntimeServiceException);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode }, message: expect.stringMatching(/\w{4}/) });
    const streamed = rejectionOf(invokeStream(test.current.sageMaker, target, { ...order, stream: true }));
    expect(await streamed).toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(test.current.aws.witness.list()).toEqual([]);
    await expect(ask()).resolves.toBeDefined();
  });

  it('has the words of AWS for an endpoint that has scaled to zero', async () => {
    test.current.aws.faults.add({ target, kind: 'no-capacity' });
    expect(await rejectionOf(ask())).toMatchObject({
      message:
        'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
    });
  });

  it('is retried by an SDK that retries what AWS calls retryable', async () => {
    test.current.aws.faults.add({ target, kind: 'unavailable', times: 1 });
    const patient = test.current.createSageMakerClient({ maxAttempts: 2 });
    await expect(invoke(patient, target, order)).resolves.toBeDefined();
  });

  it('strikes its operation and its endpoint only', async () => {
    test.current.aws.faults.add({ target, kind: 'throttle', operation: 'InvokeEndpointWithResponseStream' });
    await expect(ask()).resolves.toBeDefined();
    await expect(invoke(test.current.sageMaker, endpointNames.jsonLinesChat, order)).resolves.toBeDefined();
    const read = rejectionOf(invokeStream(test.current.sageMaker, target, order));
    expect(await read).toMatchObject({ name: 'ThrottlingException' });
  });
});
