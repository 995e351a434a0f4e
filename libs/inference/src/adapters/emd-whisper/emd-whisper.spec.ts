import { describe, expect, it } from 'vitest';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import { refusalOf } from '../../testing/refusal-of.js';
import { decodeWhisperReply } from './decode-whisper-reply.js';
import { encodeWhisperRequest } from './encode-whisper-request.js';

const REQUEST: TranscriptionRequest = {
  audio: { bytes: Buffer.alloc(1), filename: 'a.wav', contentType: 'audio/wav' },
  task: 'transcribe',
  format: 'json',
  granularities: ['segment'],
  stream: false,
  others: [['hotwords', 'x']],
};

function encode(request: Partial<TranscriptionRequest>, checkpoint?: string): unknown {
  return JSON.parse(encodeWhisperRequest({ ...REQUEST, ...request }, 's3://b/k.wav', checkpoint).toString('utf8'));
}

describe("The request to EMD's whisper", () => {
  it('has every key that the container insists on', () => {
    expect(encode({})).toEqual({
      audio_input: 's3://b/k.wav',
      model: 'large-v3',
      bucket: null,
      key: null,
      config: { task: 'transcribe' },
    });
  });

  it("says OpenAI's options in openai-whisper's words", () => {
    const options = {
      language: 'de',
      prompt: 'Sluice',
      temperature: 0.4,
      task: 'translate',
      granularities: ['word'],
    } as const;

    expect(encode(options, 'large-v3-turbo')).toMatchObject({
      model: 'large-v3-turbo',
      config: { task: 'translate', language: 'de', initial_prompt: 'Sluice', temperature: 0.4, word_timestamps: true },
    });
  });

  it('leaves a temperature of 0 to the ladder that OpenAI means by it', () => {
    expect(encode({ temperature: 0 })).toMatchObject({ config: { task: 'transcribe' } });
    expect(JSON.stringify(encode({ temperature: 0 }))).not.toContain('temperature');
  });
});

describe("The answer of EMD's whisper", () => {
  it("is openai-whisper's dictionary", () => {
    const reply = {
      text: ' Hello.',
      language: 'en',
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 0.9,
          text: ' Hello.',
          tokens: [1],
          temperature: 0,
          avg_logprob: -0.2,
          compression_ratio: 0.9,
          no_speech_prob: 0.01,
          words: [{ word: ' Hello.', start: 0.1, end: 0.8, probability: 1 }],
        },
      ],
    };

    expect(decodeWhisperReply(Buffer.from(JSON.stringify(reply)))).toEqual({
      text: 'Hello.',
      language: 'en',
      segments: [
        {
          seek: 0,
          start: 0,
          end: 0.9,
          text: ' Hello.',
          tokens: [1],
          temperature: 0,
          averageLogprob: -0.2,
          compressionRatio: 0.9,
          noSpeechProbability: 0.01,
        },
      ],
      words: [{ word: 'Hello.', start: 0.1, end: 0.8 }],
    });
  });

  it('is a failure that an operator must mend where the container could not fetch the audio', () => {
    const refusal = refusalOf(() => decodeWhisperReply(Buffer.from('{"status":"bad response"}')));

    expect(refusal).toMatchObject({ reason: 'upstream_misconfigured', status: 503 });
    expect(refusal.message).toContain('read the bucket');
  });
});
