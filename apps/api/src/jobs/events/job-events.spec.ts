import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { GatewayError } from '#platform';
import { Deferred } from '../../testing/deferred.js';
import { expectError } from '../../testing/expect-error.js';
import { openEventSource } from '../../testing/open-event-source.js';
import { ScriptedChat } from '../../testing/scripted-use-cases.js';
import { API_KEY, startTestApi, type TestApi } from '../../testing/start-test-api.js';
import { waitUntil } from '../../testing/wait-until.js';

interface Received {
  readonly event: string;
  readonly id: string;
  readonly data: JobObject;
}

/** Reads a stream as it comes. */
class Listener {
  text = '';
  isOver = false;
  contentType: string | null = null;
  private constructor(private readonly abort: AbortController) {}

  static async open(api: TestApi, jobId: string, lastEventId?: string): Promise<Listener> {
    const abort = new AbortController();
    const listener = new Listener(abort);
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await api.get(`/v1/jobs/${jobId}/events`, { headers, signal: abort.signal });
    if (!response.ok) throw new Error(await response.text());
    listener.contentType = response.headers.get('content-type');
    void listener.read(response);
    return listener;
  }

  get events(): Received[] {
    return [...this.text.matchAll(/^event: (.+)\nid: (.+)\ndata: (.+)\n\n/gm)].map(
      ([, event = '', id = '', data = '']) => ({
        event,
        id,
        data: JSON.parse(data) as JobObject,
      }),
    );
  }

  leave(): void {
    this.abort.abort();
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) this.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch (error) {
      if (!this.abort.signal.aborted) throw error;
    }
    this.isOver = true;
  }
}

const REQUEST = { type: 'embeddings', model: 'bge-m3/dev', input_file_id: 'file-1' };

async function createJob(api: TestApi): Promise<JobObject> {
  return (await (await api.post('/v1/jobs', REQUEST)).json()) as JobObject;
}

const done = (count: number): { progress: JobObject['progress'] } => ({
  progress: { unit: 'lines', total: 9, done: count, failed: 0, per_second: null, eta_seconds: null },
});

describe('the events of a job', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('are the job as it is shown, at first and at each change, and an end', async () => {
    const { id } = await createJob(api);
    const listener = await Listener.open(api, id);
    await waitUntil(() => listener.events.length === 1, 'the first snapshot comes');
    api.jobs.change(id, { status: 'in_progress' });
    await waitUntil(() => listener.events.length === 2, 'a change of the record comes');
    api.jobs.advance(id, done(5));
    await waitUntil(() => listener.events.length === 3, 'a change of the counts alone comes');
    const last = api.jobs.change(id, { status: 'completed', ...done(9) });
    await waitUntil(() => listener.isOver, 'the stream ends');
    const shown = (await (await api.get(`/v1/jobs/${id}`)).json()) as JobObject;

    expect(listener.events.map(({ event, data }) => [event, data.status])).toEqual([
      ['job', 'validating'],
      ['job', 'in_progress'],
      ['job', 'in_progress'],
      ['job', 'completed'],
      ['end', 'completed'],
    ]);
    expect(listener.events[3]?.data).toEqual(shown);
    expect(listener.events[4]?.data).toEqual({ id, object: 'job.end', status: last.status });
    expect(new Set(listener.events.map((event) => event.id)).size).toBe(5);
    expect(listener.events.map((event) => event.id.split('.')[0])).toEqual(['1', '2', '2', '3', '3']);
    expect(listener.contentType).toBe('text/event-stream; charset=utf-8');
    expect(listener.text).toMatch(/^retry: [12]\d\d\d\n\n/);
  });

  it('are no more to who has the present one, until it changes', async () => {
    const { id } = await createJob(api);
    const first = await Listener.open(api, id);
    await waitUntil(() => first.events.length === 1, 'the snapshot comes');
    first.leave();
    const known = first.events[0]?.id ?? '';
    const second = await Listener.open(api, id, known);
    const looks = api.jobs.looks;
    await waitUntil(() => api.jobs.looks > looks, 'the job is looked at again');
    expect(second.events).toEqual([]);
    api.jobs.advance(id, done(1));
    await waitUntil(() => second.events.length === 1, 'the change comes');
    second.leave();

    const outdated = await Listener.open(api, id, known);
    await waitUntil(() => outdated.events.length === 1, 'the present snapshot comes');
    outdated.leave();
    expect(outdated.events).toEqual(second.events);
  });

  it('of a job that has ended are what is lacking, and then no more for good', async () => {
    const { id } = await createJob(api);
    api.jobs.change(id, { status: 'completed' });
    const all = await Listener.open(api, id);
    await waitUntil(() => all.isOver, 'the stream ends');
    const [snapshot, end] = all.events;
    const rest = await Listener.open(api, id, snapshot?.id);
    await waitUntil(() => rest.isOver, 'the stream ends');
    const none = await api.get(`/jobs/${id}/events`, { headers: { 'last-event-id': end?.id ?? '' } });

    expect(all.events.map(({ event }) => event)).toEqual(['job', 'end']);
    expect(rest.events).toEqual([end]);
    expect([none.status, await none.text()]).toEqual([204, '']);
  });

  it('cost one look for all who listen, and none once they have left', async () => {
    const { id } = await createJob(api);
    const listeners = await Promise.all(Array.from({ length: 30 }, () => Listener.open(api, id)));
    await waitUntil(() => listeners.every(({ events }) => events.length === 1), 'all have the first snapshot');
    const before = api.jobs.looks;
    api.jobs.change(id, { status: 'in_progress' });
    await waitUntil(() => listeners.every(({ events }) => events.length === 2), 'all have the change');
    const looks = api.jobs.looks - before;
    for (const listener of listeners) listener.leave();
    await waitUntil(async () => (await openStreams(api)) === 0, 'all have left');
    const left = api.jobs.looks;
    // Another job's looks tell that the time for one has passed.
    const other = await Listener.open(api, (await createJob(api)).id);
    await waitUntil(() => api.jobs.looks >= left + 3, 'the other job was looked at three times');
    other.leave();

    expect(looks).toBeLessThanOrEqual(3);
    expect(api.jobs.looks).toBe(left + 3);
  });

  it('go on after the storage did not answer for a while', async () => {
    const { id } = await createJob(api);
    const listener = await Listener.open(api, id);
    await waitUntil(() => listener.events.length === 1, 'the first snapshot comes');
    const before = api.jobs.looks;
    api.jobs.beforeLook = () => Promise.reject(new GatewayError('storage_unavailable', 'The storage does not answer.'));
    await waitUntil(() => api.jobs.looks > before, 'a look has failed');
    api.jobs.beforeLook = () => Promise.resolve();
    api.jobs.change(id, { status: 'cancelled' });
    await waitUntil(() => listener.isOver, 'the stream ends');
    expect(listener.events.map(({ event }) => event)).toEqual(['job', 'job', 'end']);
  });

  it('are an HTTP error where there is nothing to show', async () => {
    await expectError(await api.get('/v1/jobs/job_x/events'), { status: 404, code: null, param: 'id' });
    const { id } = await createJob(api);
    const headers = { authorization: 'Bearer sk-wrong' };
    await expectError(await api.get(`/v1/jobs/${id}/events`, { headers }), { status: 401, code: 'invalid_api_key' });
    api.jobs.beforeLook = () => Promise.reject(new GatewayError('storage_unavailable', 'The storage does not answer.'));
    const failed = await api.get(`/v1/jobs/${id}/events`);
    api.jobs.beforeLook = () => Promise.resolve();
    await expectError(failed, { status: 503, code: 'storage_unavailable' });
    const head = await api.get(`/v1/jobs/${id}/events`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('begin with a look that is made for them, so that nobody is shown less than it knows', async () => {
    const { id } = await createJob(api);
    const gate = new Deferred();
    let began = 0;
    api.jobs.beforeLook = async () => {
      began++;
      if (began === 1) await gate.promise;
    };
    const early = Listener.open(api, id);
    await waitUntil(() => began === 1, 'the first look has begun');
    const late = Listener.open(api, id);
    gate.resolve();
    await Promise.all([early, late]);
    api.jobs.beforeLook = () => Promise.resolve();
    for (const listener of [await early, await late]) listener.leave();
    expect(began).toBeGreaterThanOrEqual(2);
  });

  it('come to the OpenAI SDK as a stream', async () => {
    const client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: API_KEY });
    const { id } = await createJob(api);
    api.jobs.change(id, { status: 'completed' });
    const events: unknown[] = [];
    const stream = await client.get<AsyncIterable<unknown>>(`/jobs/${id}/events`, { stream: true });
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { object: 'job', id, status: 'completed' },
      { object: 'job.end', status: 'completed' },
    ]);
  });
});

describe('a stream of events', () => {
  it('ends when its time is over, and is taken up again where it was', async () => {
    await using api = await startTestApi({ environment: { SLUICE_EVENTS_MAX_MS: '300' } });
    const { id } = await createJob(api);
    const listener = await Listener.open(api, id);
    await waitUntil(() => listener.isOver, 'the stream ends');
    expect(listener.events.map(({ event }) => event)).toEqual(['job']);
    expect(listener.text).toMatch(/\n\n: the job goes on; ask again with Last-Event-ID\n\n$/);

    const { source, seen, losses } = openEventSource(`${api.url}/v1/jobs/${id}/events`, API_KEY);
    await waitUntil(() => losses() >= 2, 'the client has asked again twice');
    api.jobs.change(id, { status: 'completed' });
    await waitUntil(() => source.readyState === source.CLOSED, 'the client does not ask any more');

    expect(seen.map(({ event, data }) => [event, data['status']])).toEqual([
      ['job', 'validating'],
      ['job', 'completed'],
      ['end', 'completed'],
    ]);
  });

  it('is still given briefly while the process waits for other calls, so that an EventSource goes on asking', async () => {
    const gate = new Deferred();
    const chat = new ScriptedChat({
      async *frames() {
        yield Buffer.from('data: 1\n\n');
        await gate.promise;
        yield Buffer.from('data: [DONE]\n\n');
      },
    });
    const api = await startTestApi({ chat, environment: { SLUICE_DRAIN_TIMEOUT_MS: '60000' } });
    const { id } = await createJob(api);
    const call = await api.post('/v1/chat/completions', { model: 'test-chat', stream: true, messages: [] });
    const { source, seen, losses } = openEventSource(`${api.url}/v1/jobs/${id}/events`, API_KEY);
    await waitUntil(() => seen.length === 1, 'the snapshot comes');
    const closing = api[Symbol.asyncDispose]();
    await waitUntil(() => losses() >= 2, 'the client has asked again');
    const state = source.readyState;
    source.close();
    gate.resolve();
    await Promise.all([call.text(), closing]);

    expect(state).not.toBe(source.CLOSED);
    expect(seen).toHaveLength(1);
  });

  it('ends when the process stops, and keeps nobody waiting', async () => {
    const api = await startTestApi({ environment: { SLUICE_DRAIN_TIMEOUT_MS: '60000' } });
    const { id } = await createJob(api);
    const listeners = await Promise.all(Array.from({ length: 20 }, () => Listener.open(api, id)));
    await waitUntil(() => listeners.every(({ events }) => events.length === 1), 'all listen');
    await api[Symbol.asyncDispose]();
    await waitUntil(() => listeners.every(({ isOver }) => isOver), 'all streams end');
    for (const { text } of listeners) expect(text).toMatch(/ask again with Last-Event-ID\n\n$/);
  });
});

async function openStreams(api: TestApi): Promise<number> {
  const metrics = await (await api.get('/metrics')).text();
  return Number(/^sluice_streams_open (\d+)/m.exec(metrics)?.[1]);
}
