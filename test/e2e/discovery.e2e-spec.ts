import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';

const ENDPOINT = 'EMD-Model-qwen2-5-7b-instruct-endpoint';
const REQUEST_TIMEOUT_MS = 10_000;

describe('Models that are deployed while the gateway runs', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({
      environment: {
        SLUICE_DISCOVERY: 'all',
        SLUICE_DISCOVERY_CACHE: 'off',
        SLUICE_DISCOVERY_INTERVAL_MS: '3600000',
        SLUICE_DISCOVERY_UNKNOWN_MODEL_MS: '500',
      },
    });
  });

  afterAll(async () => {
    await system?.stop();
  });

  const send = (path: string, { key, body }: { key?: string | undefined; body?: object } = {}): Promise<Response> =>
    fetch(`${system.baseUrl}${path}`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const chat = (model: string, key?: string) =>
    send('/v1/chat/completions', {
      key,
      body: { model, messages: [{ role: 'user', content: 'Reply with exactly: here' }] },
    });
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${system.controlUrl}/${path}`, {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response.status === 204 ? undefined : await response.json();
  };
  const countLookUps = async (): Promise<number> => {
    const counts = (await control('GET', 'control-plane-calls')) as Record<string, number>;
    return counts['cloudformation.ListStacks'] ?? 0;
  };

  it('B14: are looked for on behalf of no stranger', async () => {
    const before = await countLookUps();
    expect(before).toBeGreaterThan(0);

    for (let index = 0; index < 5; index++) {
      expect((await chat(`unknown-${index}`)).status).toBe(401);
      expect((await chat(`unknown-${index}`, 'sk-wrong')).status).toBe(401);
      expect((await send(`/v1/models/unknown-${index}`)).status).toBe(404);
    }

    expect(await countLookUps()).toBe(before);
  });

  it('B12: answer the first caller who may ask, and the key that they were deployed with, and nobody else', async () => {
    await control('PUT', 'secrets/EMD-APIKey-Secrets', { 'Qwen2.5-7B-Instruct/keyed': 'emd-key-1' });
    await control('PUT', 'stacks/EMD-Model-keyed', {
      outputs: { Model: 'Qwen2.5-7B-Instruct/keyed', SageMakerEndpointName: ENDPOINT, ModelAPIKey: 'https://console' },
      parameters: { ServiceType: 'sagemaker_realtime', EngineType: 'vllm' },
    });
    expect((await chat('Qwen2.5-7B-Instruct/keyed', 'emd-key-1')).status).toBe(401);

    await expect
      .poll(async () => (await chat('Qwen2.5-7B-Instruct/keyed', system.apiKey)).status, { timeout: 20_000 })
      .toBe(200);
    const answer = await chat('Qwen2.5-7B-Instruct/keyed', 'emd-key-1');
    expect(await answer.json()).toMatchObject({
      model: 'Qwen2.5-7B-Instruct/keyed',
      choices: [{ message: { content: 'here' } }],
    });
    expect((await chat('Qwen2.5-7B-Instruct/dev', 'emd-key-1')).status).toBe(404);
    expect((await chat('Qwen2.5-7B-Instruct/keyed')).status).toBe(401);
    expect((await chat('Qwen2.5-7B-Instruct/keyed', 'emd-key-2')).status).toBe(401);
  });

  it('B20: are listed with the configured ones, each with its type and a time', async () => {
    const { data } = (await (await send('/v1/models')).json()) as { data: { id: string }[] };

    expect(data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['Qwen2.5-7B-Instruct/dev', 'Qwen2.5-7B-Instruct/keyed']),
    );
    expect(data.find(({ id }) => id === 'Qwen2.5-7B-Instruct/keyed')).toMatchObject({
      object: 'model',
      type: 'chat',
      created: expect.any(Number) as unknown,
    });
  });
});
