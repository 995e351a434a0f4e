import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Account, anySignal, ENDPOINT } from './open-account.js';

const SECRET = 'EMD-APIKey-Secrets';

async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a rejection');
}

describe('EMD keys', () => {
  it('are read as digests, by model', async () => {
    const account = await Account.open();
    const source = account.openSource();
    account.state.secrets.set(SECRET, JSON.stringify({ 'a/dev': 'k1', 'b/prod': 'k2', bare: 'k1', 'empty/dev': '' }));

    const keys = await source.readKeys(anySignal());

    expect([...keys.keys()]).toEqual(['a/dev', 'b/prod', 'bare/dev']);
    expect(keys.get('a/dev')).toEqual(keys.get('bare/dev'));
    expect(keys.get('a/dev')).toEqual(createHash('sha256').update('k1').digest());
    expect(keys.get('a/dev')).not.toEqual(keys.get('b/prod'));
  });

  it('are none where the secret does not exist, and nobody asks where stacks are not read', async () => {
    const account = await Account.open();
    expect(await account.openSource().readKeys(anySignal())).toEqual(new Map());
    expect(account.calls('secretsmanager.GetSecretValue')).toBe(1);
    expect(await account.openSource({ tags: true }).readKeys(anySignal())).toEqual(new Map());
    expect(account.calls('secretsmanager.GetSecretValue')).toBe(1);
  });

  it.each(['not json, sk-123', '["sk-123"]', '{"a/dev":{"sk-123":1}}'])(
    'are an error that does not quote the secret when it makes no sense: %s',
    async (text) => {
      const account = await Account.open();
      account.state.secrets.set(SECRET, text);
      const error = await rejectionOf(account.openSource().readKeys(anySignal()));

      expect(error.message).toContain(SECRET);
      expect(`${error.stack} ${String(error.cause)}`).not.toContain('sk-123');
    },
  );

  it('B11: are an error, not none, when AWS fails', async () => {
    const account = await Account.open();
    account.test.aws.faults.add({ target: 'secretsmanager', kind: 'access-denied' });

    expect(await rejectionOf(account.openSource().readKeys(anySignal()))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('tagged endpoints', () => {
  it('are models under the name, type and adapter of their tags', async () => {
    const account = await Account.open();
    const tags = { 'sluice:model': 'in-house/prod', 'sluice:type': 'embedding', 'sluice:adapter': 'tei' };
    account.state.putDetails(ENDPOINT, { status: 'InService', tags });
    account.state.putDetails('EMD-Model-bge-m3-endpoint', { status: 'Failed', tags: { 'sluice:model': 'bge-m3' } });

    expect(await account.openSource({ tags: true }).readModels(anySignal())).toEqual([
      {
        id: 'in-house/prod',
        origin: `endpoint ${ENDPOINT}`,
        target: { kind: 'sagemaker', endpoint: ENDPOINT },
        isAsync: false,
        hasKey: false,
        type: 'embedding',
        adapter: 'tei',
      },
      expect.objectContaining({ id: 'bge-m3/dev', unavailable: 'Failed' }),
    ]);
    expect(account.calls('cloudformation.ListStacks')).toBe(0);
  });

  it('are known to be asynchronous, and described once', async () => {
    const account = await Account.open();
    await account.test.control('PUT', 'endpoints/slow-one', { model: 'm', engine: 'chat', async: true });
    account.state.putDetails('slow-one', { status: 'InService', tags: { 'sluice:model': 'slow/dev' } });
    const source = account.openSource({ tags: true });

    for (let round = 0; round < 3; round++) {
      expect(await source.readModels(anySignal())).toMatchObject([{ id: 'slow/dev', isAsync: true }]);
    }
    expect(account.calls('sagemaker.DescribeEndpoint')).toBe(1);
  });

  it('are left to their stack where they have one', async () => {
    const account = await Account.open();
    account.deploy('by-stack/dev');
    account.state.putDetails(ENDPOINT, { status: 'InService', tags: { 'sluice:model': 'by-tag/dev' } });

    const models = await account.openSource({ stacks: true, tags: true }).readModels(anySignal());

    expect(models.map(({ id }) => id)).toEqual(['by-stack/dev']);
  });

  it('are found on every page', async () => {
    const account = await Account.open();
    for (let index = 0; index < 120; index++) {
      const name = `many-${index}`;
      await account.test.control('PUT', `endpoints/${name}`, { model: 'm', engine: 'chat' });
      account.state.putDetails(name, { status: 'InService', tags: { 'sluice:model': `m-${index}/dev` } });
    }

    expect(await account.openSource({ tags: true }).readModels(anySignal())).toHaveLength(120);
    expect(account.calls('sagemaker.ListEndpoints')).toBe(2);
  });
});
