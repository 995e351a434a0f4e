import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';

/** Every route that answers without a key; all others must not. */
const OPEN = new Set([
  '/',
  '/health',
  '/ping',
  '/live',
  '/ready',
  '/metrics',
  '/models',
  '/models/*',
  '/openapi.json',
  '/docs',
  '/docs/assets/:name',
]);

describe('authentication', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('is asked of every route that is not open by name', async () => {
    const routes = api.api.routeTable.list();
    expect(routes.length).toBeGreaterThan(40);
    let closed = 0;
    for (const { method, path } of routes) {
      if (OPEN.has(path.replace(/^(?:\/v1)+(?=\/)/, ''))) continue;
      const url = `${api.url}${path.replaceAll(/:\w+/g, 'x').replace('*', 'x')}`;
      const response = await fetch(url, { method, headers: { 'content-type': 'application/json' } });
      expect({ method, path, status: response.status }).toEqual({ method, path, status: 401 });
      closed++;
    }
    expect(closed).toBeGreaterThan(20);
  });

  it('takes Bearer in any case and spacing, api-key and x-api-key', async () => {
    const variants: Record<string, string>[] = [
      { authorization: `Bearer ${API_KEY}` },
      { authorization: `bearer   ${API_KEY}  ` },
      { authorization: `BEARER ${API_KEY}` },
      { 'api-key': API_KEY },
      { 'x-api-key': ` ${API_KEY} ` },
      { authorization: 'Basic abc', 'x-api-key': API_KEY },
    ];
    for (const headers of variants) expect((await fetch(`${api.url}/v1/files`, { headers })).status).toBe(200);
  });

  it('says that there is no key', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer ' },
      { authorization: 'Basic abc' },
      { authorization: '' },
    ] as Record<string, string>[]) {
      const response = await fetch(`${api.url}/v1/files`, { headers });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      await expectError(response, {
        status: 401,
        code: null,
        param: null,
        message: /^You didn't provide an API key\./,
      });
    }
  });

  it('says that a key is wrong, and shows only its ends', async () => {
    const key = 'sk-proj-abcdefghijklmnopqrstuvwxyz';
    const response = await fetch(`${api.url}/v1/files`, { headers: { authorization: `Bearer ${key}` } });
    await expectError(response, {
      status: 401,
      code: 'invalid_api_key',
      message: /^Incorrect API key provided: sk-\*\*\*wxyz\./,
    });
    const short = await fetch(`${api.url}/v1/files`, { headers: { authorization: 'Bearer secret' } });
    expect(await short.text()).not.toContain('secret');
  });

  it('comes before the body is read or looked at', async () => {
    const body = 'x'.repeat(30 * 1_048_576);
    const response = await fetch(`${api.url}/v1/chat/completions`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer wrong' },
    });
    await expectError(response, { status: 401, code: 'invalid_api_key' });
  });

  it('never lets a key into the log', async () => {
    await (
      await fetch(`${api.url}/v1/files?api_key=${API_KEY}`, { headers: { authorization: `Bearer ${API_KEY}` } })
    ).arrayBuffer();
    expect(JSON.stringify(api.logLines)).not.toContain(API_KEY);
  });
});
