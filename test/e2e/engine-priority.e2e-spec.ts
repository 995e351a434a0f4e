import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { chatRequest, createBatch, embeddingRequest, finishedBatch, toLines, uploadInput } from './support/batches.js';
import { impatientClient } from './support/clients.js';
import { writeCatalog, type TemporaryCatalog } from './support/emd/catalogs.js';

const CHAT = 'scheduled-chat/dev';
const EMBEDDING = 'scheduled-embedding/dev';
const PRIORITY = 7;
const OWN = 3;

function entry(id: string, type: string): object {
  const target = { kind: 'sagemaker', endpoint: id.replace('/dev', '') };
  return { id, type, target, transports: ['invoke'], adapter: 'openai', sharing: { priority: PRIORITY } };
}

/** The same request with a priority of its author's. */
function withOwn(request: object): object {
  const { body, ...rest } = request as { readonly body: object };
  return { ...rest, body: { ...body, priority: OWN } };
}

describe('A server that schedules by priority', () => {
  let system: System;
  let catalog: TemporaryCatalog;
  let client: OpenAI;

  beforeAll(async () => {
    catalog = await writeCatalog([entry(CHAT, 'chat'), entry(EMBEDDING, 'embedding')]);
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog.path } });
    await system.control.putEndpoint('scheduled-chat', { model: 'scheduled-chat', engine: 'chat' });
    await system.control.putEndpoint('scheduled-embedding', { model: 'scheduled-embedding', engine: 'embedding' });
    client = impatientClient(system);
  });

  afterAll(async () => {
    await system?.stop();
    await catalog?.remove();
  });

  /** The priorities with which each text was asked for. */
  async function prioritiesOf(text: string): Promise<readonly (number | undefined)[]> {
    const digest = createHash('sha256').update(text).digest('hex');
    const calls = await system.witness();
    return calls.filter(({ inputs }) => inputs.includes(digest)).map(({ priority }) => priority);
  }

  it('is told that lines of bulk come later, but for those whose authors say it themselves', async () => {
    const chats = await createBatch(
      client,
      await uploadInput(client, toLines([chatRequest('a', 'one', CHAT), withOwn(chatRequest('b', 'two', CHAT))])),
      '/v1/chat/completions',
    );
    const embeddings = [
      embeddingRequest('c', 'three', EMBEDDING),
      embeddingRequest('d', 'four', EMBEDDING),
      withOwn(embeddingRequest('e', 'five', EMBEDDING)),
    ];
    const embedded = await createBatch(client, await uploadInput(client, toLines(embeddings)));
    const batches = await Promise.all([finishedBatch(client, chats.id), finishedBatch(client, embedded.id)]);

    expect(batches.map(({ request_counts: counts }) => counts?.completed)).toEqual([2, 3]);
    expect(await Promise.all(['one', 'two', 'three', 'four', 'five'].map(prioritiesOf))).toEqual([
      [PRIORITY],
      [OWN],
      [PRIORITY],
      [PRIORITY],
      [OWN],
    ]);
  });

  it('is told nothing with realtime', async () => {
    await client.chat.completions.create({ model: CHAT, messages: [{ role: 'user', content: 'now' }] });
    await client.embeddings.create({ model: EMBEDDING, input: 'at once' });

    expect(await Promise.all(['now', 'at once'].map(prioritiesOf))).toEqual([[undefined], [undefined]]);
  });
});
