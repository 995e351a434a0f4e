import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { endpointNames, invoke, rejectionOf, say } from '../testing/invoke.js';
import { startTestAws } from '../testing/start-test-aws.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const control = (method: string, path: string, body?: unknown) => test.current.control(method, path, body);
const target = endpointNames.sseChat;

describe('the control route', () => {
  it('tells that the stand-in is up', async () => {
    expect(await control('GET', 'health')).toEqual({ status: 200, data: { status: 'ok' } });
  });

  it('sets, lists and removes faults', async () => {
    const added = await control('POST', 'faults', [
      { id: 'mine', target, kind: 'throttle', times: 1 },
      { target: 's3', kind: 'slow', delayMs: 5, operation: 'GetObject' },
    ]);
    expect(added).toEqual({ status: 201, data: { ids: ['mine', expect.any(String)] } });
    expect(await rejectionOf(invoke(test.current.sageMaker, target, say('x')))).toMatchObject({
      name: 'ThrottlingException',
    });
    expect(await control('GET', 'faults')).toMatchObject({
      data: [
        { id: 'mine', fired: 1 },
        { kind: 'slow', fired: 0 },
      ],
    });
    expect(await control('DELETE', 'faults/mine')).toEqual({ status: 204, data: undefined });
    expect(await control('DELETE', 'faults/mine')).toMatchObject({ status: 404 });
    expect(await control('DELETE', 'faults')).toMatchObject({ status: 204 });
    expect(await control('GET', 'faults')).toEqual({ status: 200, data: [] });
  });

  it.each<[unknown, string]>([
    [{ target, kind: 'no-such-kind' }, 'kind must be one of throttle, '],
    [{ target: 's3', kind: 'throttle' }, 'kind must be one of slow, '],
    [{ target: 'no-such-endpoint', kind: 'throttle' }, 'target must be'],
    [{ target, kind: 'slow', delayMs: '5' }, 'delayMs must be a number'],
    [{ target, kind: 'slow', delayMs: -5 }, 'delayMs must be'],
    [{ target, kind: 'error', status: 200 }, 'status must be'],
    [{ target, kind: 'error', probability: 2 }, 'probability must be'],
    [{ target, kind: 'error', operation: 'GetObject' }, 'operation must be one of'],
    [{ target, kind: 'error', afterpart: 1 }, 'afterpart is not a field'],
    [{ target: 's3', kind: 'error', keyPattern: '(' }, 'keyPattern'],
    [[{ target, kind: 'slow' }, 7], 'a fault must be an object'],
    ['{"target":', 'JSON'],
  ])('refuses the fault %j and sets nothing', async (fault, message) => {
    expect(await control('POST', 'faults', fault)).toEqual({
      status: 400,
      data: { error: expect.stringContaining(message) },
    });
    expect(test.current.aws.faults.list()).toEqual([]);
  });

  it('shows the witness log from where a test began', async () => {
    await invoke(test.current.sageMaker, target, say('x'));
    const [first] = (await control('GET', 'witness')).data as { sequence: number }[];
    await invoke(test.current.sageMaker, endpointNames.embedding, { input: 'y' });
    await invoke(test.current.sageMaker, target, say('z'));
    expect((await control('GET', `witness?since=${first?.sequence}`)).data).toHaveLength(2);
    const ofOne = await control('GET', `witness?since=${first?.sequence}&endpoint=${endpointNames.embedding}`);
    expect(ofOne.data).toMatchObject([{ endpoint: endpointNames.embedding, outcome: 'ok' }]);
    expect(await control('DELETE', 'witness')).toMatchObject({ status: 204 });
    expect((await control('GET', 'witness')).data).toEqual([]);
    expect(await control('GET', 'witness?since=x')).toMatchObject({ status: 400 });
  });

  it('lists, makes, changes and removes endpoints', async () => {
    const names = ((await control('GET', 'endpoints')).data as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(Object.values(endpointNames));
    await control('PUT', 'endpoints/extra', { model: 'm1', engine: 'chat' });
    expect(await invoke(test.current.sageMaker, 'extra', say('x'))).toMatchObject({ model: 'm1' });
    await control('PUT', 'endpoints/extra', { model: 'm2', engine: 'chat', async: false });
    expect(await invoke(test.current.sageMaker, 'extra', say('x'))).toMatchObject({ model: 'm2' });
    expect(await control('DELETE', 'endpoints/extra')).toMatchObject({ status: 204 });
    expect(await rejectionOf(invoke(test.current.sageMaker, 'extra', say('x')))).toMatchObject({
      name: 'ValidationError',
    });
    expect(await control('DELETE', 'endpoints/extra')).toMatchObject({ status: 404 });
  });

  it('fills in the settings of an asynchronous endpoint', async () => {
    expect(await control('PUT', 'endpoints/queued', { model: 'm', engine: 'chat', async: true })).toMatchObject({
      data: {
        async: {
          s3OutputPath: 's3://sluice/sagemaker/queued/output',
          s3FailurePath: 's3://sluice/sagemaker/queued/failure',
          maxConcurrentInvocationsPerInstance: 4,
        },
      },
    });
    await control('DELETE', 'endpoints/queued');
  });

  it.each<[unknown, string]>([
    [{ engine: 'chat' }, 'model must name'],
    [{ model: 'm' }, 'engine must be'],
    [{ model: 'm', engine: 'video' }, 'engine must be one of'],
    [{ model: 'm', engine: 'chat', framing: 'xml' }, 'framing must be one of'],
    [{ model: 'm', engine: 'chat', latencyMs: 'fast' }, 'latencyMs must be a whole number'],
    [{ model: 'm', engine: 'chat', latency: 5 }, 'latency is not a field'],
    [{ model: 'm', engine: 'chat', name: 'other' }, 'name must be the one in the path'],
    [{ model: 'm', engine: 'chat', async: { s3OutputPath: '/tmp' } }, 's3OutputPath must be s3://'],
    [{ model: 'm', engine: 'chat', async: { notificationUrl: 'nowhere' } }, 'notificationUrl must be a URL'],
    [[], 'an endpoint must be an object'],
  ])('refuses the endpoint %j', async (definition, message) => {
    expect(await control('PUT', 'endpoints/refused', definition)).toEqual({
      status: 400,
      data: { error: expect.stringContaining(message) },
    });
  });

  it('does not know other routes', async () => {
    expect(await control('GET', 'nothing')).toMatchObject({ status: 404 });
    expect(await control('PATCH', 'faults', {})).toMatchObject({ status: 404 });
    expect(await control('GET', 'endpoints/a/b')).toMatchObject({ status: 404 });
    expect(await control('PUT', 'endpoints/-bad-', { model: 'm', engine: 'chat' })).toMatchObject({ status: 400 });
  });
});

const outsideAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

describe('the control route over the network', () => {
  it.skipIf(outsideAddress === undefined)('answers to this machine only', async () => {
    const open = await startTestAws({ host: '0.0.0.0', s3: 'off' });
    const response = await fetch(`http://${outsideAddress}:${open.aws.port}/_control/faults`);
    expect(response.status).toBe(403);
    expect(await open.control('GET', 'health')).toMatchObject({ status: 200 });
    await open.close();
  });
});
