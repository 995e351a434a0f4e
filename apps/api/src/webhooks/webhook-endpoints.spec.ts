import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../../../../libs/platform/src/testing/index.js';
import { expectError } from '../testing/expect-error.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';

const REQUEST = { name: 'x', url: 'https://hooks.example.com/sluice', event_types: ['batch.completed' as const] };
const LOCAL = {
  SLUICE_OUTBOUND_ALLOW: '127.0.0.1',
  SLUICE_OUTBOUND_HTTP: 'true',
  SLUICE_OUTBOUND_PORTS: 'any',
  SLUICE_WEBHOOK_TIMEOUT_MS: '100',
};

describe('webhook endpoints', () => {
  let api: TestApi;
  let client: OpenAI;
  beforeAll(async () => {
    api = await startTestApi({ environment: LOCAL });
    client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: API_KEY, maxRetries: 0 });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('are made, shown, changed and deleted by the SDK, and show their secret once', async () => {
    const made = await client.webhooks.create({ ...REQUEST, event_types: ['batch.failed', 'batch.completed'] });
    const { signing_secret: secret, ...shown } = made;

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({
      object: 'webhook_endpoint',
      url: REQUEST.url,
      event_types: ['batch.completed', 'batch.failed'],
      signing_secret_hint: `whsec_…${secret.slice(-4)}`,
      status: 'enabled',
    });
    expect(await client.webhooks.retrieve(made.id)).toEqual(shown);
    expect(await client.webhooks.update(made.id, {})).toEqual(shown);
    expect(await client.webhooks.update(made.id, { url: 'https://other.example.com:8443' })).toMatchObject({
      url: 'https://other.example.com:8443/',
      name: 'x',
    });
    expect(await client.webhooks.delete(made.id)).toEqual({
      id: made.id,
      object: 'webhook_endpoint.deleted',
      deleted: true,
    });
    await expect(client.webhooks.retrieve(made.id)).rejects.toMatchObject({ status: 404, param: 'id' });
    await expect(client.webhooks.update(made.id, { name: 'y' })).rejects.toMatchObject({ status: 404 });
  });

  it('are listed newest first, page by page, and are bounded in number', async () => {
    await using other = await startTestApi();
    const sdk = new OpenAI({ baseURL: `${other.url}/v1`, apiKey: API_KEY, maxRetries: 0 });
    const made: string[] = [];
    for (let n = 0; n < 20; n++) made.push((await sdk.webhooks.create({ ...REQUEST, name: `n${n}` })).id);
    const listed = await Array.fromAsync(sdk.webhooks.list({ limit: 6 }));

    expect(listed.map(({ id }) => id).toSorted()).toEqual(made.toSorted());
    expect(listed).toEqual(listed.toSorted((a, b) => b.created_at - a.created_at));
    expect(listed.map((endpoint) => Object.hasOwn(endpoint, 'signing_secret'))).not.toContain(true);
    await expect(sdk.webhooks.create(REQUEST)).rejects.toMatchObject({ status: 400, message: /20 webhook endpoints/ });
  });

  it('are refused with the first field that is wrong', async () => {
    const rows = [
      [{ ...REQUEST, url: undefined }, 'missing_required_parameter', 'url'],
      [{ ...REQUEST, name: '' }, 'invalid_value', 'name'],
      [{ ...REQUEST, event_types: [] }, 'invalid_value', 'event_types'],
      [{ ...REQUEST, event_types: 'batch.completed' }, 'invalid_value', 'event_types'],
      [{ ...REQUEST, event_types: ['response.completed'] }, 'invalid_value', 'event_types[0]'],
      [{ ...REQUEST, url: 'https://10.0.0.1/' }, 'address_refused', 'url'],
      [{ ...REQUEST, url: 'https://[::ffff:10.0.0.1]/' }, 'address_refused', 'url'],
      [{ ...REQUEST, url: 'https://user:secret@example.com/' }, 'address_refused', 'url'],
      [{ ...REQUEST, url: 'nonsense' }, 'address_refused', 'url'],
    ] as const;
    for (const [body, code, param] of rows) {
      await expectError(await api.post('/v1/webhook_endpoints', body), { status: 400, code, param });
    }
    await expectError(await api.get('/v1/webhook_endpoints?after=x'), {
      status: 400,
      code: 'invalid_value',
      param: 'after',
    });
    for (const id of ['whe_x', '..%2Frecords']) {
      await expectError(await api.get(`/v1/webhook_endpoints/${id}`), { status: 404, code: null });
      await expectError(await api.post(`/v1/webhook_endpoints/${id}`, {}), { status: 404, code: null });
    }
  });

  it('tell which event types there are', async () => {
    expect((await client.webhooks.eventTypes.list()).data).toContain('job.cancelled');
  });

  describe.each([
    ['7', () => client],
    ['6', () => new OpenAI6({ baseURL: `${api.url}/v1`, apiKey: API_KEY }) as unknown as OpenAI],
  ])('send samples that version %s of the SDK', (_major, create) => {
    it('unwraps, also after a rotation, and only with a secret that holds', async () => {
      await using receiver = await startReceiver();
      const endpoint = await client.webhooks.create({ ...REQUEST, url: receiver.url });
      const result = await client.webhooks.test(endpoint.id, { event_type: 'batch.failed' });
      const kept = await client.webhooks.rotateSecret(endpoint.id, { keep_old_secret_active_for_24_hours: true });
      await client.webhooks.test(endpoint.id, { event_type: 'batch.completed' });
      const last = await client.webhooks.rotateSecret(endpoint.id);
      await client.webhooks.test(endpoint.id, { event_type: 'batch.expired' });
      const sdk = create();
      const unwrap = async (index: number, secret: string, tolerance?: number): Promise<unknown> => {
        const { body = '', headers } = receiver.requests[index] ?? {};
        return await sdk.webhooks.unwrap(body, headers as Record<string, string>, secret, tolerance);
      };
      const forged = /does not match/;

      expect(result).toEqual({
        object: 'webhook_endpoint.test',
        webhook_endpoint_id: endpoint.id,
        event_type: 'batch.failed',
        success: true,
        status_code: 200,
      });
      expect(await unwrap(0, endpoint.signing_secret)).toMatchObject({ object: 'event', type: 'batch.failed' });
      expect(await unwrap(1, endpoint.signing_secret)).toMatchObject({ type: 'batch.completed' });
      expect(await unwrap(1, kept.signing_secret)).toMatchObject({ type: 'batch.completed' });
      expect(await unwrap(2, last.signing_secret)).toMatchObject({ type: 'batch.expired' });
      await expect(unwrap(2, kept.signing_secret)).rejects.toThrow(forged);
      await expect(unwrap(2, endpoint.signing_secret)).rejects.toThrow(forged);
      await expect(unwrap(0, last.signing_secret)).rejects.toThrow(forged);
      await expect(unwrap(0, endpoint.signing_secret, -1)).rejects.toThrow(/too old/);
      const { headers, body = '' } = receiver.requests[0] ?? {};
      await expect(
        sdk.webhooks.unwrap(`${body} `, headers as Record<string, string>, endpoint.signing_secret),
      ).rejects.toThrow(forged);
    });
  });

  it('say what a receiver answers to a sample, and that it does not answer', async () => {
    await using refusing = await startReceiver((_request, response) => response.writeHead(503).end());
    await using hanging = await startReceiver(() => undefined);
    const first = await client.webhooks.create({ ...REQUEST, url: refusing.url });
    const second = await client.webhooks.create({ ...REQUEST, url: hanging.url });

    expect(await client.webhooks.test(first.id, { event_type: 'batch.failed' })).toMatchObject({ status_code: 503 });
    await expect(client.webhooks.test(second.id, { event_type: 'batch.failed' })).rejects.toMatchObject({
      status: 400,
      code: 'address_too_slow',
    });
  });
});
