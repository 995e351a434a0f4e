import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventSource, type OpenSource, type SourceEvent } from '../../apps/api/src/testing/open-event-source.js';
import { waitUntil } from '../../apps/api/src/testing/wait-until.js';
import { startSystem, type System } from '../setup/processes.js';
import { chatRequest, createBatch, toLines, uploadInput } from './support/batches.js';
import { CHAT_ENDPOINT } from './support/clients.js';

const LINES = 60;

describe('The events of a job', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '5' } });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('come to an EventSource to the end, though the api is stopped and started again in between', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 500 });
    const lines = Array.from({ length: LINES }, (_, line) => chatRequest(`line-${line}`, 'Reply with exactly: fine'));
    const { id } = await createBatch(client, await uploadInput(client, toLines(lines)), '/v1/chat/completions');
    const open = openEventSource(`${system.baseUrl}/v1/jobs/${id}/events`, system.apiKey);
    await waitUntil(() => doneOf(open.seen.at(-1)) > 0, 'lines are done');
    const before = open.seen.length;
    await system.restart('api');
    await waitUntil(() => open.seen.length > before, 'the stream goes on');
    await system.clearFaults();
    await waitUntil(() => isClosed(open), 'the client does not ask any more');
    const shown = await client.get(`/jobs/${id}`);
    const statuses = open.seen.map(({ data }) => data['status']);

    expect(open.losses()).toBeGreaterThanOrEqual(2);
    expect(open.seen.slice(-2).map(({ event }) => event)).toEqual(['job', 'end']);
    expect(open.seen.at(-2)?.data).toEqual(shown);
    expect(doneOf(open.seen.at(-2))).toBe(LINES);
    expect(statuses.toSorted((a, b) => ORDER.indexOf(String(a)) - ORDER.indexOf(String(b)))).toEqual(statuses);
    expect(new Set(open.seen.map((event) => event.id)).size).toBe(open.seen.length);
    const revisions = open.seen.map((event) => Number(event.id.split('.')[0]));
    expect(revisions.toSorted((a, b) => a - b)).toEqual(revisions);
  });

  it('are the same from another process of the api, and resume there', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 2000 });
    const other = await system.startAnother('api');
    const input = await uploadInput(client, toLines([chatRequest('a', 'Reply with exactly: fine')]));
    const { id } = await createBatch(client, input, '/v1/chat/completions');
    const first = openEventSource(`${system.baseUrl}/v1/jobs/${id}/events`, system.apiKey);
    const second = openEventSource(`${other}/v1/jobs/${id}/events`, system.apiKey);
    await waitUntil(() => isClosed(first) && isClosed(second), 'both have the end');
    const [last] = first.seen.slice(-1);
    const headers = { authorization: `Bearer ${system.apiKey}`, 'last-event-id': last?.id ?? '' };
    const again = await fetch(`${other}/v1/jobs/${id}/events`, { headers });
    await system.clearFaults();

    expect(second.seen.at(-1)).toEqual(last);
    expect(again.status).toBe(204);
  });
});

const ORDER = ['validating', 'in_progress', 'finalizing', 'completed'];

function doneOf(event: SourceEvent | undefined): number {
  const progress = event?.data['progress'] as { readonly done: number } | undefined;
  return progress?.done ?? 0;
}

function isClosed({ source }: OpenSource): boolean {
  return source.readyState === source.CLOSED;
}
