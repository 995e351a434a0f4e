import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { expectError } from '../testing/expect-error.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

const MODEL = 'whisper-large-v3/dev';
const LONG = Buffer.alloc(20_000, 'x');

describe('A recording that is too long for one call', () => {
  let api: TestApi;

  beforeEach(async () => {
    api = await startTestApi({
      models: [{ id: MODEL, type: 'transcription' }],
      environment: { SLUICE_MAX_AUDIO_BYTES: '2048', SLUICE_RECORDING_GRACE_MS: '100' },
    });
  });

  afterEach(async () => {
    await api[Symbol.asyncDispose]();
  });

  function form(fields: Readonly<Record<string, string>> = {}, bytes = LONG): FormData {
    const body = new FormData();
    body.append('file', new Blob([bytes]), 'talk.mp3');
    for (const [name, value] of Object.entries({ model: MODEL, ...fields })) body.append(name, value);
    return body;
  }

  function send(body: FormData, init: { path?: string; headers?: Record<string, string>; signal?: AbortSignal } = {}) {
    const { path = '/v1/audio/transcriptions', headers = {}, signal } = init;
    const authorization = `Bearer ${API_KEY}`;
    return fetch(`${api.url}${path}`, {
      method: 'POST',
      body,
      headers: { authorization, ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  it('becomes a job with what the form says, and its transcript is the answer', async () => {
    const response = await send(form({ response_format: 'srt', language: 'de', prompt: 'Sluice', temperature: '0.2' }));

    expect([response.status, await response.text()]).toEqual([200, 'one two']);
    expect(api.recordings.started).toEqual([
      {
        tenant: 'default',
        endpoint: '/v1/audio/transcriptions',
        filename: 'talk.mp3',
        bytes: LONG,
        isRetry: false,
        model: MODEL,
        format: 'srt',
        granularities: ['segment'],
        language: 'de',
        prompt: 'Sluice',
        temperature: 0.2,
      },
    ]);
  });

  it('is logged with the model that it was sent to, also where nobody knows that', async () => {
    const response = await send(form({ model: 'nobody/dev' }, Buffer.from('x')));
    await waitUntil(() => api.logLines.length > 0, 'the request is logged');

    expect(response.status).toBe(404);
    expect(api.logLines[0]).toMatchObject({ model: 'nobody/dev', status: 404 });
  });

  it('is translated where it was sent to be', async () => {
    await send(form(), { path: '/audio/translations' });

    expect(api.recordings.started[0]).toMatchObject({ endpoint: '/v1/audio/translations' });
  });

  it('is known for a request sent before by the header of the SDK', async () => {
    await send(form(), { headers: { 'x-stainless-retry-count': '1' } });

    expect(api.recordings.started[0]).toMatchObject({ isRetry: true });
  });

  it('is answered with its job to whoever does not want to wait', async () => {
    const response = await send(form(), { headers: { prefer: 'respond-async' } });

    expect([response.status, response.headers.get('location'), response.headers.get('preference-applied')]).toEqual([
      202,
      '/v1/jobs/job_1',
      'respond-async',
    ]);
    expect(await response.json()).toMatchObject({ id: 'job_1', object: 'job' });
  });

  it('is streamed as OpenAI streams a transcript', async () => {
    const text = await (await send(form({ stream: 'true' }))).text();
    const events = text.split('\n\n').filter((line) => line.startsWith('data: {'));

    expect(events.map((line) => JSON.parse(line.slice(6)) as object)).toEqual([
      { type: 'transcript.text.delta', delta: 'one two' },
      { type: 'transcript.text.done', text: 'one two', usage: { type: 'duration', seconds: 10 } },
    ]);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('streams what is settled while the rest is being heard', async () => {
    api.recordings.state = { kind: 'running' };
    const response = await send(form({ stream: 'true' }));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();

    expect((await reader?.read())?.value).toContain('"delta":"one"');
    api.recordings.segments = ['one', 'two', 'three'];
    expect((await reader?.read())?.value).toContain('"delta":" two"');
    api.recordings.state = { kind: 'done' };
    expect((await reader?.read())?.value).toContain('"delta":" three"');
  });

  it('that comes to nothing is an error, with and without a stream', async () => {
    api.recordings.state = { kind: 'failed', error: new GatewayError('upstream_error', '1 of 3 pieces failed.') };

    await expectError(await send(form()), { status: 502, code: 'upstream_error' });
    const text = await (await send(form({ stream: 'true' }))).text();
    expect(text).toContain('"message":"1 of 3 pieces failed."');
    expect(text).not.toContain('[DONE]');
  });

  it.each([
    ['no model', { model: '' }, { status: 400, code: 'missing_required_parameter', param: 'model' }],
    ['a model that nobody knows', { model: 'nobody/dev' }, { status: 404, code: 'model_not_found', param: 'model' }],
    [
      'a format that nobody knows',
      { response_format: 'doc' },
      { status: 400, code: 'invalid_value', param: 'response_format' },
    ],
    [
      'a temperature that is none',
      { temperature: 'warm' },
      { status: 400, code: 'invalid_type', param: 'temperature' },
    ],
  ])('is not stored with %s', async (_what, fields, expected) => {
    await expectError(await send(form(fields)), expected);

    expect(api.recordings.started).toEqual([]);
  });

  it('is given up some time after its caller has left', async () => {
    api.recordings.state = { kind: 'running' };
    const leave = new AbortController();
    const sent = send(form(), { signal: leave.signal });
    await waitUntil(() => api.recordings.started.length === 1, 'the recording is started');
    leave.abort();

    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await waitUntil(() => api.recordings.abandoned.length === 1, 'the recording is given up');
    expect(api.recordings.abandoned).toMatchObject([{ jobId: 'job_1' }]);
  });

  it('is not given up once it has been answered', async () => {
    await (await send(form())).text();
    await (await send(form())).text();

    expect(api.recordings.abandoned).toEqual([]);
  });
});

describe('Where jobs do not run', () => {
  it('a recording that is too large for memory is refused', async () => {
    const checks = [{ name: 'redis', ok: false, detail: 'away' }] as const;
    await using api = await startTestApi({ checks, environment: { SLUICE_MAX_AUDIO_BYTES: '2048' } });
    const body = new FormData();
    body.append('model', MODEL);
    body.append('file', new Blob([LONG]));
    const response = await fetch(`${api.url}/v1/audio/transcriptions`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${API_KEY}` },
    });

    await expectError(response, { status: 413, code: 'body_too_large', param: 'file' });
  });
});
