import { createOpenAI } from '@ai-sdk/openai';
import { transcribe } from 'ai';
import OpenAI7, { toFile } from 'openai';
import OpenAI6 from 'openai-6';
import { describe, expect, it } from 'vitest';
import { toneSpeech } from '../../apps/local-aws/src/engines/speech/tone-speech.js';
import * as system from './system.mjs';

const MODELS = ['whisper-large-v3/dev', 'whisper-large-v3-turbo/dev'];
const recording = toneSpeech(['open', 'water', 'gate']);
const wordsOf = (text) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .trim()
    .split(' ');

describe.each([
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6],
])('%s', (_, OpenAI) => {
  it.each(MODELS)('transcribes with %s', async (model) => {
    const client = new OpenAI({ apiKey: system.apiKey(), baseURL: system.apiUrl() });
    const { text } = await client.audio.transcriptions.create({ model, file: await toFile(recording, 'gate.wav') });

    expect(wordsOf(text)).toEqual(['open', 'water', 'gate']);
  });
});

describe('Vercel AI SDK', () => {
  it.each(MODELS)('transcribes with %s', async (model) => {
    const provider = createOpenAI({ baseURL: system.apiUrl(), apiKey: system.apiKey() });
    const { text } = await transcribe({ model: provider.transcription(model), audio: recording });

    expect(wordsOf(text)).toEqual(['open', 'water', 'gate']);
  });
});
