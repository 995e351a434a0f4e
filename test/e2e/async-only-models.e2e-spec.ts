import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { chatRequest, createBatch, finishedBatch, readRows, toLines, uploadInput } from './support/batches.js';
import { impatientClient } from './support/clients.js';

const CATALOG = `
models:
  - id: slow-chat/dev
    type: chat
    target: { kind: sagemaker, endpoint: async-chat }
    transports: [async]
    adapter: openai
    options: { async: { inputPrefix: async, timeoutSeconds: 60, ttlSeconds: 60 } }
  - id: slow-embedding/dev
    type: embedding
    target: { kind: sagemaker, endpoint: async-embedding }
    transports: [async]
    adapter: openai
`;

describe('B2: models whose endpoints take asynchronous calls alone', () => {
  let system: System;
  let folder: string;
  let client: OpenAI;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-async-'));
    const catalog = join(folder, 'sluice.yaml');
    await writeFile(catalog, CATALOG);
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog } });
    client = impatientClient(system);
    await define('async-chat', { model: 'slow-chat', engine: 'chat', async: true });
    await define('async-embedding', { model: 'slow-embedding', engine: 'embedding', async: true });
  });

  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function define(name: string, definition: object): Promise<void> {
    const response = await fetch(`${system.controlUrl}/endpoints/${name}`, {
      method: 'PUT',
      body: JSON.stringify(definition),
    });
    expect(response.status).toBe(200);
  }

  it('answer a chat as any other model does', async () => {
    const completion = await client.chat.completions.create({
      model: 'slow-chat',
      messages: [{ role: 'user', content: 'Reply with exactly: in the end' }],
    });

    expect(completion).toMatchObject({ model: 'slow-chat', choices: [{ message: { content: 'in the end' } }] });
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('answer embeddings, also of an input that does not fit into the call itself', async () => {
    const input = Array.from({ length: 60 }, (_, index) => `text ${index} ${'word '.repeat(500)}`);
    const { data } = await client.embeddings.create({ model: 'slow-embedding', input });

    expect(data).toHaveLength(60);
    expect(data[59]?.embedding.length).toBe(1024);
  });

  it("pass on the container's refusal", async () => {
    const refused = client.chat.completions.create({
      model: 'slow-chat',
      messages: [{ role: 'user', content: 'x' }],
      max_tokens: 1_000_000,
    });

    await expect(refused).rejects.toMatchObject({ status: 400 });
  });

  it('say that they do not stream', async () => {
    const stream = client.chat.completions.create({
      model: 'slow-chat',
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
    });

    await expect(stream).rejects.toMatchObject({ status: 400, code: 'unsupported_model', param: 'stream' });
  });

  it('do the lines of a batch', async () => {
    const lines = [1, 2, 3].map((number) =>
      chatRequest(`line-${number}`, `Reply with exactly: answer ${number}`, 'slow-chat'),
    );
    const input = await uploadInput(client, toLines(lines));
    const created = await createBatch(client, input, '/v1/chat/completions');
    const batch = await finishedBatch(client, created.id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 3, failed: 0 } });
    const rows = await readRows(client, batch.output_file_id);
    expect(JSON.stringify(rows)).toContain('answer 3');
  });

  it('are never called in any other way', async () => {
    const operations = (await system.witness()).map(({ operation }) => operation);

    expect(new Set(operations)).toEqual(new Set(['InvokeEndpointAsync']));
  });
});
