import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';
import { OPERATIONS } from './operations/operations.js';
import { routeKey, undescribedRoutes } from './route-key.js';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { operationId: string; security?: unknown[] }>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

describe('the documentation', () => {
  let api: TestApi;
  let document: Document;
  beforeAll(async () => {
    api = await startTestApi();
    document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('describes every route that the api answers', () => {
    expect(undescribedRoutes(api.api.routeTable.list(), OPERATIONS)).toEqual([]);
  });

  it('would notice a route that nobody described', () => {
    const routes = [...api.api.routeTable.list(), { method: 'POST', path: '/v1/undescribed/:id' }];
    expect(undescribedRoutes(routes, OPERATIONS)).toEqual(['POST /undescribed/{}']);
  });

  it('lists only routes that the api answers', () => {
    const registered = new Set(api.api.routeTable.list().map(({ method, path }) => routeKey(method, path)));
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => routeKey(method, path)),
    );
    expect(listed).toContain('POST /chat/completions');
    expect(listed.filter((key) => !registered.has(key))).toEqual([]);
  });

  it('is a valid OpenAPI 3.1 document without a key', async () => {
    const result = await new Validator().validate(document as unknown as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
    expect(document.openapi).toBe('3.1.0');
  });

  it('names each operation once and refers to schemas that exist', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
    expect(references.length).toBeGreaterThan(10);
    const names = Object.keys(document.components.schemas);
    expect(references.filter((one) => !names.includes(one.split('/').at(-1) ?? ''))).toEqual([]);
  });

  it('says what needs a key as the api sees it', async () => {
    const withoutParameters = Object.entries(document.paths).filter(([path]) => !path.includes('{'));
    for (const [path, methods] of withoutParameters) {
      for (const [method, { security }] of Object.entries(methods)) {
        // A proxy's header, because metrics are open to the machine itself.
        const init = { method: method.toUpperCase(), headers: { 'x-forwarded-for': '10.0.0.1' } };
        const { status } = await fetch(`${api.url}${path}`, init);
        expect(`${method} ${path} ${status === 401}`).toBe(`${method} ${path} ${security === undefined}`);
      }
    }
  });

  it('has a page whose parts all come from this server', async () => {
    for (const path of ['/docs', '/docs/']) {
      const page = await fetch(`${api.url}${path}`);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
      const html = await page.text();
      expect(html).not.toMatch(/https?:/);
      const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
      expect(parts).toContain('/docs/assets/swagger-ui-bundle.js');
      for (const part of parts) {
        const response = await fetch(new URL(part, page.url));
        expect(`${part} ${response.status}`).toBe(`${part} 200`);
        expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
      }
    }
  });

  it('never keeps a key that was typed in, and tells nobody outside about the document', async () => {
    const script = await (await fetch(`${api.url}/docs/assets/start.js`)).text();
    expect(script).toContain('persistAuthorization: false');
    expect(script).toContain('validatorUrl: null');
    expect(JSON.stringify(document) + script).not.toContain(API_KEY);
  });

  it('lets browsers keep its scripts', async () => {
    const url = `${api.url}/docs/assets/swagger-ui-bundle.js`;
    const first = await fetch(url);
    await first.arrayBuffer();
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, max-age=86400');
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('serves nothing else from the disk', async () => {
    for (const name of ['package.json', '..%2f..%2f..%2fpackage.json', '%2e%2e%2fREADME.md', 'swagger-ui.js']) {
      expect((await fetch(`${api.url}/docs/assets/${name}`)).status).toBe(404);
    }
  });

  it('can be switched off', async () => {
    await using bare = await startTestApi({ environment: { SLUICE_DOCS: 'false' } });
    for (const path of ['/docs', '/openapi.json', '/docs/assets/start.js'])
      expect((await fetch(`${bare.url}${path}`)).status).toBe(404);
  });
});
