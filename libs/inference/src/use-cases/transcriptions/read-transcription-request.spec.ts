import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../testing/refusal-of.js';
import { readTranscriptionRequest } from './read-transcription-request.js';
import type { TranscriptionCall } from './transcription.types.js';

function callWith(fields: Readonly<Record<string, string | string[]>>, bytes = Buffer.from('x')): TranscriptionCall {
  return {
    model: 'whisper',
    requestId: 'req_1',
    signal: new AbortController().signal,
    audio: { bytes, filename: 'a.wav', contentType: 'audio/wav' },
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat()])),
  };
}

const read = (fields: Readonly<Record<string, string | string[]>>) =>
  readTranscriptionRequest(callWith({ model: 'whisper', ...fields }), 'transcribe');

describe('A form that asks for a transcription', () => {
  it('means json and segments where it says nothing', () => {
    expect(read({})).toMatchObject({ format: 'json', granularities: ['segment'], stream: false, others: [] });
  });

  it('holds numbers and booleans as text', () => {
    expect(read({ temperature: '0.0', stream: 'True', language: 'en', prompt: 'p' })).toMatchObject({
      temperature: 0,
      stream: true,
      language: 'en',
      prompt: 'p',
    });
  });

  it.each(['timestamp_granularities[]', 'timestamp_granularities'])('names granularities as %s', (name) => {
    expect(read({ response_format: 'verbose_json', [name]: ['word', 'segment', 'word'] }).granularities).toEqual([
      'word',
      'segment',
    ]);
  });

  it('passes on what it does not know, repeated fields in order', () => {
    expect(read({ 'include[]': ['a', 'b'], hotwords: 'x' }).others).toEqual([
      ['include[]', 'a'],
      ['include[]', 'b'],
      ['hotwords', 'x'],
    ]);
  });

  it('counts an empty field as not sent', () => {
    expect(read({ language: '', temperature: '', response_format: '' })).not.toHaveProperty('language');
  });

  it('may name segments with every format, as some clients always do', () => {
    expect(read({ 'timestamp_granularities[]': 'segment', response_format: 'json' }).granularities).toEqual([
      'segment',
    ]);
  });

  it.each([
    [{ response_format: 'diarized_json' }, 'response_format', 'invalid_value'],
    [{ response_format: ['json', 'text'] }, 'response_format', 'invalid_value'],
    [{ stream: 'maybe' }, 'stream', 'invalid_value'],
    [{ temperature: 'warm' }, 'temperature', 'invalid_type'],
    [{ temperature: '1.5' }, 'temperature', 'decimal_above_max_value'],
    [{ temperature: '-0.1' }, 'temperature', 'decimal_below_min_value'],
    [{ 'timestamp_granularities[]': 'phoneme' }, 'timestamp_granularities', 'invalid_value'],
    [{ 'timestamp_granularities[]': 'word' }, 'timestamp_granularities', 'invalid_value'],
  ])('is refused with %j', (fields, param, reason) => {
    expect(refusalOf(() => read(fields))).toMatchObject({ param, reason, status: 400 });
  });

  it('is refused with an empty file', () => {
    const refusal = refusalOf(() => readTranscriptionRequest(callWith({}, Buffer.alloc(0)), 'transcribe'));

    expect(refusal).toMatchObject({ param: 'file', reason: 'invalid_value' });
  });

  it('is refused with a file that holds no audio, before any model hears of it', () => {
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
    const refusal = refusalOf(() => readTranscriptionRequest(callWith({}, jpeg), 'transcribe'));

    expect(refusal).toMatchObject({ param: 'file', reason: 'invalid_value', status: 400 });
    expect(refusal.message).toContain('a JPEG image');
  });

  it('is refused with a WAV file that ends with its header', () => {
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt32LE(32_000, 28);
    header.write('data', 36);
    header.writeUInt32LE(1000, 40);

    expect(refusalOf(() => readTranscriptionRequest(callWith({}, header), 'transcribe'))).toMatchObject({
      param: 'file',
      message: expect.stringContaining('no sound') as string,
    });
  });
});
