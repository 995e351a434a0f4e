import { describe, expect, it } from 'vitest';
import { Account, anySignal, ENDPOINT } from './open-account.js';

const idsOf = (models: readonly { readonly id: string }[]) => models.map(({ id }) => id).toSorted();

describe('EMD stacks', () => {
  it('B16: are found on every page, and described again only when they have changed', async () => {
    const account = await Account.open();
    for (let index = 0; index < 250; index++) account.deploy(`model-${index}/dev`);
    account.deploy('not-emd/dev', { name: 'Some-Other-Stack' });
    const source = account.openSource();

    expect(await source.readModels(anySignal())).toHaveLength(250);
    expect(account.calls('cloudformation.ListStacks')).toBe(3);
    expect(account.calls('cloudformation.DescribeStacks')).toBe(250);

    account.deploy('model-7/dev', { parameters: { EngineType: 'ollama' } });
    const models = await source.readModels(anySignal());
    expect(models).toHaveLength(250);
    expect(models.find(({ id }) => id === 'model-7/dev')?.engine).toBe('ollama');
    expect(account.calls('cloudformation.ListStacks')).toBe(6);
    expect(account.calls('cloudformation.DescribeStacks')).toBe(251);
  });

  it('B18: serve while they are updated and after a rollback of an update, and not before they were ever complete', async () => {
    const account = await Account.open();
    const serving = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'];
    const others = [
      'CREATE_IN_PROGRESS',
      'ROLLBACK_COMPLETE',
      'ROLLBACK_IN_PROGRESS',
      'DELETE_IN_PROGRESS',
      'DELETE_FAILED',
    ];
    for (const status of [...serving, ...others, 'DELETE_COMPLETE', 'CREATE_FAILED']) {
      account.deploy(`${status}/dev`, { status });
    }

    expect(idsOf(await account.openSource().readModels(anySignal()))).toEqual(
      serving.map((status) => `${status}/dev`).toSorted(),
    );
  });

  it('B18: tell the status of their endpoint', async () => {
    const account = await Account.open();
    account.deploy('a/dev');
    const source = account.openSource();
    for (const [status, unavailable] of [
      ['Updating', undefined],
      ['Creating', 'Creating'],
      ['Failed', 'Failed'],
      ['OutOfService', 'OutOfService'],
      ['InService', undefined],
    ] as const) {
      account.state.putDetails(ENDPOINT, { status, tags: {} });
      const [model] = await source.readModels(anySignal());
      expect(model?.unavailable).toBe(unavailable);
    }
  });

  it('B17: are gone when they were deleted, and when their endpoint was', async () => {
    const account = await Account.open();
    account.deploy('a/dev');
    account.deploy('b/dev', { outputs: { SageMakerEndpointName: 'EMD-Model-bge-m3-endpoint' } });
    const source = account.openSource();
    expect(idsOf(await source.readModels(anySignal()))).toEqual(['a/dev', 'b/dev']);

    account.state.removeStack('EMD-Model-a-dev');
    expect(idsOf(await source.readModels(anySignal()))).toEqual(['b/dev']);
    await account.test.control('DELETE', 'endpoints/EMD-Model-bge-m3-endpoint');
    expect(await source.readModels(anySignal())).toEqual([]);
  });

  it('B36: are known by their outputs, whatever they and their endpoints are called', async () => {
    const account = await Account.open();
    account.deploy('m_x/y', { name: 'EMD-Model-m-x-y' });
    account.deploy('Bare-Name', { name: 'EMD-Model-unlike' });

    const models = await account.openSource().readModels(anySignal());

    expect(idsOf(models)).toEqual(['Bare-Name/dev', 'm_x/y']);
    expect(models[0]?.target).toEqual({ kind: 'sagemaker', endpoint: ENDPOINT });
  });

  it('say by outputs and parameters how they are called', async () => {
    const account = await Account.open();
    account.deploy('on-ecs/dev', {
      outputs: { SageMakerEndpointName: '', ECSServiceConnect: 'http://on-ecs:8080' },
      parameters: { ServiceType: 'ecs', EngineType: 'llama.cpp' },
    });
    account.deploy('whisper/dev', {
      outputs: { ModelAPIKey: 'https://console' },
      parameters: { ServiceType: 'sagemaker_async', EngineType: 'huggingface' },
    });
    account.deploy('no-target/dev', { outputs: { SageMakerEndpointName: '' } });
    account.state.putStack({ name: 'EMD-Model-empty', status: 'CREATE_COMPLETE', outputs: {}, parameters: {} });

    const models = await account.openSource().readModels(anySignal());

    expect(models.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      expect.objectContaining({
        id: 'on-ecs/dev',
        target: { kind: 'http', baseUrl: 'http://on-ecs:8080' },
        engine: 'llamacpp',
        isAsync: false,
        hasKey: false,
      }),
      expect.objectContaining({ id: 'whisper/dev', engine: 'huggingface', isAsync: true, hasKey: true }),
    ]);
  });

  it('are read without their endpoints where the role may not list these', async () => {
    const account = await Account.open();
    account.deploy('a/dev');
    account.test.aws.faults.add({ target: 'sagemaker', kind: 'access-denied' });

    expect(idsOf(await account.openSource().readModels(anySignal()))).toEqual(['a/dev']);
    await expect(account.openSource({ tags: true }).readModels(anySignal())).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('B35: are asked for again when AWS throttles, and given up when it goes on', async () => {
    const account = await Account.open();
    account.deploy('a/dev');
    account.test.aws.faults.add({ id: 'busy', target: 'cloudformation', kind: 'throttle', times: 1 });
    expect(await account.openSource().readModels(anySignal())).toHaveLength(1);

    account.test.aws.faults.add({ id: 'busy', target: 'cloudformation', kind: 'throttle' });
    await expect(account.openSource().readModels(anySignal())).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('are given up when the caller has waited long enough', async () => {
    const account = await Account.open();
    account.test.aws.faults.add({ target: 'cloudformation', kind: 'slow', delayMs: 60_000 });
    await expect(account.openSource().readModels(AbortSignal.timeout(50))).rejects.toBeDefined();
  });
});
