import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { ScriptedSpeech } from '../testing/scripted-speech.js';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';

const MODEL = 'whisper-large-v3/dev';
const AUDIO = Buffer.from('RIFF, or so');

describe('Audio routes', () => {
  const speech = new ScriptedSpeech();
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi({
      transcriptions: speech,
      models: [{ id: MODEL, type: 'transcription' }],
      // Where jobs run, recordings of any size are taken.
      checks: [{ name: 'redis', ok: false, detail: 'away' }],
      environment: { SLUICE_MAX_AUDIO_BYTES: '2048' },
    });
  });

  beforeEach(() => {
    speech.calls.length = 0;
  });

  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });

  function send(form: FormData | string, init: { path?: string; contentType?: string } = {}): Promise<Response> {
    const { path = '/v1/audio/transcriptions', contentType } = init;
    return fetch(`${api.url}${path}`, {
      method: 'POST',
      body: form,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
    });
  }

  function formWith(...entries: readonly (readonly [string, string | Blob])[]): FormData {
    const form = new FormData();
    for (const [name, value] of entries) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, value, 'clip.wav');
    }
    return form;
  }

  const file = ['file', new Blob([AUDIO], { type: 'audio/x-wav' })] as const;
  const model = ['model', MODEL] as const;

  it.each([
    '/v1/audio/transcriptions',
    '/audio/transcriptions',
    '/v1/v1/audio/transcriptions',
    '/v1/audio/translations',
    '/audio/translations',
  ])('answer at %s', async (path) => {
    const response = await send(formWith(model, file), { path });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ text: 'hello there' });
  });

  it('take fields before the file and behind it, once and repeatedly', async () => {
    await send(formWith(['language', 'en'], file, model, ['include[]', 'a'], ['include[]', 'b']));

    expect(speech.calls).toHaveLength(1);
    const [call] = speech.calls;
    expect(call?.model).toBe(MODEL);
    expect(call?.audio).toEqual({ bytes: AUDIO, filename: 'clip.wav', contentType: 'audio/x-wav' });
    expect(Object.fromEntries(call?.fields ?? [])).toEqual({
      language: ['en'],
      model: [MODEL],
      'include[]': ['a', 'b'],
    });
  });

  it('stream where the form says so', async () => {
    const response = await send(formWith(file, model, ['stream', 'true']));

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toMatch(/"type":"transcript.text.delta"[\s\S]*data: \[DONE\]\n\n$/);
  });

  it.each([
    ['no file', formWith(model), { code: 'missing_required_parameter', param: 'file' }],
    ['no model', formWith(file), { code: 'missing_required_parameter', param: 'model' }],
    ['an empty model', formWith(file, ['model', '']), { code: 'missing_required_parameter', param: 'model' }],
    ['two models', formWith(file, model, model), { code: 'invalid_value', param: 'model' }],
    ['two files', formWith(file, model, file), { code: 'invalid_value', param: 'file' }],
    ['a file that is a plain field', formWith(model, ['file', 'x']), { code: 'invalid_type', param: 'file' }],
    [
      'a field that is too long',
      formWith(file, model, ['prompt', 'x'.repeat(70_000)]),
      { code: 'string_above_max_length', param: 'prompt' },
    ],
  ])('refuse a form with %s', async (_what, form, expected) => {
    await expectError(await send(form), { status: 400, ...expected });
    expect(speech.calls).toHaveLength(0);
  });

  it('refuse a recording that is too large, its length announced or not', async () => {
    const large = formWith(model, ['file', new Blob([Buffer.alloc(4_096)])]);
    const announced = formWith(model, ['file', new Blob([Buffer.alloc(2_000_000)])]);

    await expectError(await send(large), { status: 413, code: 'body_too_large', param: 'file' });
    await expectError(await send(announced), { status: 413, code: 'body_too_large', param: 'file' });
  });

  it('refuse what is no form, and a form that breaks off', async () => {
    await expectError(await send('{}', { contentType: 'application/json' }), {
      status: 415,
      code: 'unsupported_content_type',
    });
    const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
    const response = await send(cut, { contentType: 'multipart/form-data; boundary=b' });
    expect(response.status).toBe(400);
  });

  it('name the model in the log', async () => {
    await send(formWith(file, model));

    expect(api.logLines.at(-1)).toMatchObject({ model: MODEL, status: 200 });
  });
});
