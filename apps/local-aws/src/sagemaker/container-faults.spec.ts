import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, invoke, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const target = endpointNames.sseChat;
const order = say('Reply with exactly: fine');
const ask = () => invoke(test.current.sageMaker, target, order);
const outcomes = () => test.current.aws.witness.list().map((record) => record.outcome);

describe('a fault of the container', () => {
  it('error is a ModelError with the status and the body that were asked for', async () => {
    test.current.aws.faults.add({ target, kind: 'error', status: 413, message: 'Too much.' });
    expect(await rejectionOf(ask())).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 413,
      OriginalMessage: 'Too much.',
      $metadata: { httpStatusCode: 424 },
    });
    expect(outcomes()).toEqual(['error']);
  });

  it('error is a 500 in the words of vLLM by default', async () => {
    test.current.aws.faults.add({ target, kind: 'error' });
    const error = await rejectionOf(ask());
    expect(error).toMatchObject({
      OriginalStatusCode: 500,
      message: expect.stringMatching(/^Received server error \(500\)/),
    });
    expect(JSON.parse(String(error['OriginalMessage']))).toMatchObject({
      error: { type: 'InternalServerError', code: 500 },
    });
  });

  it('garbage is a 200 that is no JSON', async () => {
    test.current.aws.faults.add({ target, kind: 'garbage' });
    expect(await rejectionOf(ask())).toBeInstanceOf(SyntaxError);
    expect(outcomes()).toEqual(['error']);
  });

  it('error-200 is a 200 with an error in it', async () => {
    test.current.aws.faults.add({ target, kind: 'error-200', message: 'out of memory' });
    expect(await ask()).toMatchObject({ object: 'error', message: 'out of memory', code: 500 });
  });

  it('slow delays the answer and changes nothing else', async () => {
    test.current.aws.faults.add({ target, kind: 'slow', delayMs: 40 });
    expect(await ask()).toMatchObject({ choices: [{ message: { content: 'fine' } }] });
    const [record] = test.current.aws.witness.list();
    expect(record).toMatchObject({ outcome: 'ok' });
    expect(record?.durationMs).toBeGreaterThanOrEqual(39);
  });

  it('answer-lost does the work and breaks the connection', async () => {
    test.current.aws.faults.add({ target, kind: 'answer-lost' });
    expect(await rejectionOf(ask())).toMatchObject({ code: 'ECONNRESET' });
    expect(outcomes()).toEqual(['ok']);
  });

  it('cut breaks the connection in the middle of the body', async () => {
    test.current.aws.faults.add({ target, kind: 'cut', afterBytes: 20 });
    const error = await rejectionOf(ask());
    expect(String(error['message'])).toMatch(/aborted|socket hang up|terminated/);
    expect(outcomes()).toEqual(['error']);
  });

  it('stall never answers, and ends when the client leaves', async () => {
    await test.current.control('PUT', 'endpoints/impatient', { model: 'm', engine: 'chat', invocationTimeoutMs: 1 });
    test.current.aws.faults.add({ target: 'impatient', kind: 'stall' });
    const controller = new AbortController();
    const call = rejectionOf(
      test.current.sageMaker.send(
        new InvokeEndpointCommand({ EndpointName: 'impatient', Body: JSON.stringify(order) }),
        { abortSignal: controller.signal },
      ),
    );
    await expect.poll(() => test.current.aws.witness.list()).toMatchObject([{ state: 'started' }]);
    controller.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    await expect.poll(outcomes).toEqual(['aborted']);
  });

  it('strikes as often as it was asked to', async () => {
    test.current.aws.faults.add({ target, kind: 'error', times: 2 });
    await rejectionOf(ask());
    await rejectionOf(ask());
    await expect(ask()).resolves.toBeDefined();
    expect(test.current.aws.faults.list()).toMatchObject([{ fired: 2 }]);
  });
});
