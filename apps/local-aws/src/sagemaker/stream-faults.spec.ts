import { InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, invokeStream, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const target = endpointNames.sseChat;
const order = say('Count from 1 to 40', { stream: true });
const read = (endpointName: string = target) => invokeStream(test.current.sageMaker, endpointName, order);
const outcomes = () => test.current.aws.witness.list().map((record) => record.outcome);

describe('a fault of a stream', () => {
  it('stream-error is an exception after the parts that came before', async () => {
    test.current.aws.faults.add({ target, kind: 'stream-error', afterParts: 3, message: 'broken' });
    const { parts, error } = await read();
    expect(parts).toHaveLength(3);
    expect(error).toMatchObject({ name: 'ModelStreamError', ErrorCode: 'StreamBroken', message: 'broken' });
    expect(outcomes()).toEqual(['error']);
  });

  it('stream-internal-failure is the exception of the service', async () => {
    test.current.aws.faults.add({ target, kind: 'stream-internal-failure', afterParts: 1 });
    const { parts, error } = await read();
    expect(parts).toHaveLength(1);
    expect(error).toMatchObject({ name: 'InternalStreamFailure' });
  });

  it('cut breaks the connection after so many parts', async () => {
    test.current.aws.faults.add({ target, kind: 'cut', afterParts: 2 });
    const { parts, error } = await read();
    expect(parts).toHaveLength(2);
    expect(String(error)).toMatch(/aborted|terminated/);
    expect(outcomes()).toEqual(['error']);
  });

  it('cut breaks the connection inside a frame', async () => {
    test.current.aws.faults.add({ target, kind: 'cut', afterBytes: 600 });
    const { parts, error } = await read();
    expect(parts.length).toBeGreaterThan(0);
    expect(Buffer.concat(parts).length).toBeLessThan(600);
    expect(String(error)).toMatch(/aborted|terminated/);
  });

  it('strikes at the end of a stream that has fewer parts', async () => {
    test.current.aws.faults.add({ target, kind: 'stream-error', afterParts: 100_000 });
    const { parts, error } = await read();
    expect(Buffer.concat(parts).toString('utf8')).toContain('[DONE]');
    expect(error).toMatchObject({ name: 'ModelStreamError' });
  });

  it('stall says nothing more after so many parts, until the client leaves', async () => {
    test.current.aws.faults.add({ target, kind: 'stall', afterParts: 4 });
    const controller = new AbortController();
    const response = await test.current.sageMaker.send(
      new InvokeEndpointWithResponseStreamCommand({ EndpointName: target, Body: JSON.stringify(order) }),
      { abortSignal: controller.signal },
    );
    let parts = 0;
    const reading = rejectionOf(
      (async () => {
        for await (const _event of response.Body ?? []) {
          parts += 1;
          if (parts === 4) controller.abort();
        }
      })(),
    );
    await reading;
    expect(parts).toBe(4);
    await expect.poll(outcomes).toEqual(['aborted']);
  });

  it('error-200 is an error object among the chunks, as each container words it', async () => {
    test.current.aws.faults.add({ target, kind: 'error-200', afterParts: 2, message: 'out of memory' });
    const events = Buffer.concat((await read()).parts)
      .toString('utf8')
      .split('\n\n');
    expect(events).toHaveLength(5);
    expect(JSON.parse(events[2]?.slice(6) ?? '')).toMatchObject({ error: { message: 'out of memory', code: 500 } });
    test.current.aws.faults.add({ target: endpointNames.jsonLinesChat, kind: 'error-200', message: 'out of memory' });
    const lines = Buffer.concat((await read(endpointNames.jsonLinesChat)).parts).toString('utf8');
    expect(lines).toBe('{"error":"out of memory"}\n');
  });

  it('garbage is a stream of bytes that are no answer', async () => {
    test.current.aws.faults.add({ target, kind: 'garbage' });
    const { parts, error } = await read();
    expect(error).toBeUndefined();
    expect(Buffer.concat(parts).includes(0xff)).toBe(true);
  });

  it('answer-lost does the work and breaks the connection before the first byte', async () => {
    test.current.aws.faults.add({ target, kind: 'answer-lost' });
    expect(await rejectionOf(read())).toMatchObject({ code: 'ECONNRESET' });
    expect(outcomes()).toEqual(['ok']);
  });

  it('error and slow are as they are without a stream', async () => {
    test.current.aws.faults.add({ target, kind: 'error', status: 400, times: 1 });
    expect(await rejectionOf(read())).toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 });
    test.current.aws.faults.add({ target, kind: 'slow', delayMs: 20 });
    expect((await read()).error).toBeUndefined();
  });
});
