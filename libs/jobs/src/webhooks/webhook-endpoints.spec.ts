import { describe, expect, it } from 'vitest';
import { objectKeys, type WebhookEndpointRecord } from '#contracts';
import { OutboundClient, readOutboundConfig } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { secretsOf } from './endpoint-secrets.js';
import { signMessage } from './sign-message.js';
import { WebhookEndpoints } from './webhook-endpoints.js';

const REQUEST = { name: 'x', url: 'https://hooks.example.com/', event_types: ['batch.completed' as const] };
const DAY_MS = 86_400_000;

describe('webhook endpoints', () => {
  const store = new MemoryObjectStore();
  const records = new RecordStore(store);
  const clock = { nowMs: Date.now() };
  const endpoints = new WebhookEndpoints({
    store,
    records,
    outbound: new OutboundClient(readOutboundConfig({})),
    webhookTimeoutMs: 1000,
    now: () => clock.nowMs,
  });

  const stored = async (id: string): Promise<WebhookEndpointRecord | undefined> =>
    (await records.read<WebhookEndpointRecord>(objectKeys.webhookEndpoint('acme', id)))?.value;

  it('belong to their tenant', async () => {
    const { id } = await endpoints.create('acme', REQUEST);
    const missing = { reason: 'not_found' };

    expect((await endpoints.list('acme', { limit: 20 })).data).toMatchObject([{ id }]);
    expect((await endpoints.list('other', { limit: 20 })).data).toEqual([]);
    await expect(endpoints.retrieve('other', id)).rejects.toMatchObject(missing);
    await expect(endpoints.update('other', id, { name: 'y' })).rejects.toMatchObject(missing);
    await expect(endpoints.rotateSecret('other', id, false)).rejects.toMatchObject(missing);
    await expect(endpoints.test('other', id, 'batch.failed')).rejects.toMatchObject(missing);
    await expect(endpoints.delete('other', id)).rejects.toMatchObject(missing);
    expect(await endpoints.retrieve('acme', id)).toMatchObject({ name: 'x' });
  });

  it('are signed for with an old secret for a day, if that is asked for, and with few of them', async () => {
    const first = await endpoints.create('acme', REQUEST);
    for (let n = 0; n < 6; n++) await endpoints.rotateSecret('acme', first.id, true);
    const record = await stored(first.id);
    if (record === undefined) throw new Error('the endpoint is gone');

    expect(secretsOf(record, clock.nowMs)).toHaveLength(5);
    expect(new Set(secretsOf(record, clock.nowMs)).size).toBe(5);
    expect(secretsOf(record, clock.nowMs + DAY_MS)).toEqual([record.secret]);
    await endpoints.rotateSecret('acme', first.id, false);
    expect((await stored(first.id))?.retiredSecrets).toEqual([]);
  });

  it('are enabled again by their owner, and remember why they were not', async () => {
    const { id } = await endpoints.create('acme', REQUEST);
    clock.nowMs += 5000;
    const disabled = await endpoints.update('acme', id, { status: 'disabled' });

    expect(disabled).toMatchObject({ status: 'disabled', disabled_reason: 'It was disabled by its owner.' });
    expect(disabled.updated_at).toBe(disabled.created_at + 5);
    expect(await endpoints.update('acme', id, { status: 'enabled' })).toMatchObject({
      status: 'enabled',
      disabled_reason: null,
    });
  });

  it('are never signed for with an empty secret', () => {
    for (const secret of ['', 'whsec_', 'whsec_YQ=='])
      expect(() => signMessage({ id: 'evt_1', body: '{}', secrets: [secret], sentAtMs: 0 })).toThrow(/secret/);
  });
});
