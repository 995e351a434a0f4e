import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toneSpeech } from '../../apps/local-aws/src/engines/speech/tone-speech.js';
import { startSystem, type System } from '../setup/processes.js';
import { send, sendJson } from './support/clients.js';
import { SDK_MAJORS } from './support/sdk-majors.js';

const EMD_MODEL = 'whisper-large-v3/dev';
const EMD_ENDPOINT = 'EMD-Model-whisper-endpoint';
const FORM_MODEL = 'whisper-large-v3-turbo/dev';
const FORM_ENDPOINT = 'vllm-whisper-endpoint';
const WORDS = ['open', 'gate', 'water', 'river'];
const TEXT = WORDS.join(' ');

describe('Audio', () => {
  let system: System;
  let folder: string;
  let path: string;

  beforeAll(async () => {
    system = await startSystem();
    folder = await mkdtemp(join(tmpdir(), 'sluice-audio-'));
    path = join(folder, 'clip.wav');
    // The pause makes two segments of two words.
    await writeFile(path, toneSpeech(WORDS, { pausesSeconds: { 1: 1 } }));
  });

  afterEach(async () => {
    await system.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(SDK_MAJORS)('$name', ({ Client }) => {
    let client: OpenAI;

    beforeAll(() => {
      client = new Client({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 0 });
    });

    describe.each([EMD_MODEL, 'whisper', FORM_MODEL])('with %s', (model) => {
      it('gives the text and the seconds as json', async () => {
        const transcription = await client.audio.transcriptions.create({ model, file: createReadStream(path) });

        expect(transcription.text).toBe(TEXT);
        expect(transcription.usage).toEqual({ type: 'duration', seconds: 3 });
      });

      it('gives plain text', async () => {
        const file = createReadStream(path);

        expect(await client.audio.transcriptions.create({ model, file, response_format: 'text' })).toBe(`${TEXT}\n`);
      });

      it('gives subtitles', async () => {
        const srt = await client.audio.transcriptions.create({
          model,
          file: createReadStream(path),
          response_format: 'srt',
        });
        const vtt = await client.audio.transcriptions.create({
          model,
          file: createReadStream(path),
          response_format: 'vtt',
        });

        expect(srt).toMatch(
          /^1\n00:00:00,\d{3} --> 00:00:00,\d{3}\nopen gate\n\n2\n00:00:01,\d{3} --> 00:00:02,\d{3}\nwater river\n$/,
        );
        expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:00\.\d{3}\nopen gate\n\n00:00:01\.\d{3} --> /);
      });

      it('gives segments and words with numbers as numbers', async () => {
        const verbose = await client.audio.transcriptions.create({
          model,
          file: createReadStream(path),
          response_format: 'verbose_json',
          timestamp_granularities: ['word', 'segment'],
        });

        expect(verbose).toMatchObject({ text: TEXT, language: 'english', usage: { type: 'duration', seconds: 3 } });
        expect(verbose.duration).toBeCloseTo(2.4, 3);
        expect(verbose.segments?.map(({ id, text }) => [id, text])).toEqual([
          [0, ' open gate'],
          [1, ' water river'],
        ]);
        expect(verbose.words?.map(({ word }) => word)).toEqual(WORDS);
        expect(Math.abs((verbose.words?.[0]?.start ?? 0) - 0.2)).toBeLessThan(0.05);
      });

      it('streams events that add up to the text', async () => {
        const stream = await client.audio.transcriptions.create({ model, file: createReadStream(path), stream: true });
        const events = [];
        for await (const event of stream) events.push(event);

        const deltas = events.flatMap((event) => (event.type === 'transcript.text.delta' ? [event.delta] : []));
        expect(deltas.length).toBeGreaterThan(1);
        expect(deltas.join('')).toBe(TEXT);
        expect(events.at(-1)).toEqual({
          type: 'transcript.text.done',
          text: TEXT,
          usage: { type: 'duration', seconds: 3 },
        });
      });

      it('hears the language it is told and translates into English', async () => {
        const german = await client.audio.transcriptions.create({
          model,
          file: await toFile(toneSpeech(['water', 'bridge']), 'clip.wav'),
          language: 'de',
          prompt: 'Flüsse',
          temperature: 0,
        });
        const english = await client.audio.translations.create({
          model,
          file: await toFile(toneSpeech(['water', 'bridge']), 'clip.wav'),
          response_format: 'verbose_json',
        });

        expect(german.text).toBe('Wasser Brücke');
        expect(english).toMatchObject({ text: 'water bridge', language: 'english' });
      });
    });

    it("passes on the engine's refusal of what is no audio", async () => {
      const file = await toFile(Buffer.from('# README'), 'README.md');

      await expect(client.audio.transcriptions.create({ model: FORM_MODEL, file })).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('Invalid or unsupported audio file.') as string,
        param: 'file',
      });
    });

    it('says which field is wrong', async () => {
      const create = (more: object) =>
        client.audio.transcriptions.create({ model: EMD_MODEL, file: createReadStream(path), ...more });

      await expect(create({ temperature: 3 })).rejects.toMatchObject({ status: 400, param: 'temperature' });
      await expect(create({ response_format: 'docx' })).rejects.toMatchObject({
        status: 400,
        param: 'response_format',
      });
      await expect(create({ model: 'nobody' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
      await expect(create({ model: 'bge-m3' })).rejects.toMatchObject({ status: 400, code: 'unsupported_model' });
    });
  });

  it('B1: is transcribed without /v1, a model of another kind is told where to go', async () => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(toneSpeech(['ten']))]), 'clip.wav');
    form.append('model', EMD_MODEL);

    expect(await send(system, '/audio/transcriptions', { method: 'POST', body: form })).toMatchObject({
      status: 200,
      body: { text: 'ten' },
    });
    const chat = await sendJson(system, '/v1/chat/completions', {
      model: EMD_MODEL,
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(chat).toMatchObject({ status: 400, body: { error: { code: 'unsupported_model', param: 'model' } } });
    expect(chat.body.error?.message).toContain('/v1/audio/transcriptions');
  });

  it('B2: asynchronous endpoints are called by InvokeEndpointAsync alone', async () => {
    const calls = (await system.witness()).filter(({ endpoint }) => endpoint === EMD_ENDPOINT);

    expect(calls.length).toBeGreaterThan(0);
    expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(['InvokeEndpointAsync']));
  });

  it('is an error, not an empty success, where the container could not fetch the audio', async () => {
    await system.addFault({ target: EMD_ENDPOINT, kind: 'garbage', message: '{"status":"bad response"}' });
    const client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 0 });

    await expect(
      client.audio.transcriptions.create({ model: EMD_MODEL, file: createReadStream(path) }),
    ).rejects.toMatchObject({ status: 503, code: 'upstream_misconfigured' });
  });

  it('ends in an error event without [DONE] where the stream breaks off', async () => {
    await system.addFault({ target: FORM_ENDPOINT, kind: 'error-200', afterParts: 1 });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(toneSpeech(WORDS))]), 'clip.wav');
    form.append('model', FORM_MODEL);
    form.append('stream', 'true');

    const { text } = await send(system, '/v1/audio/transcriptions', { method: 'POST', body: form });

    expect(text).toContain('"delta":"open"');
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
  });
});
