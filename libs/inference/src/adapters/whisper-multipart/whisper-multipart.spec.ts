import { describe, expect, it } from 'vitest';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import { refusalOf } from '../../testing/refusal-of.js';
import { decodeTranscriptionReply } from './decode-transcription-reply.js';
import { encodeTranscriptionForm } from './encode-transcription-form.js';
import { TranscriptionChunkReader } from './transcription-chunk-reader.js';

const REQUEST: TranscriptionRequest = {
  audio: { bytes: Buffer.from([0, 255, 13, 10, 45, 45]), filename: 'clip.wav', contentType: 'audio/x-wav' },
  task: 'transcribe',
  format: 'json',
  granularities: ['segment'],
  stream: false,
  others: [],
};

async function sent(request: Partial<TranscriptionRequest>, stream = false): Promise<FormData> {
  const wanted = { ...REQUEST, ...request };
  const { body, contentType } = await encodeTranscriptionForm(wanted, { servedName: 'whisper', stream });
  return new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
}

function textFields(form: FormData): unknown {
  return [...form].filter(([, value]) => typeof value === 'string');
}

describe('The form for vLLM and WhisperX', () => {
  it('carries the audio byte for byte', async () => {
    const form = await sent({});
    const file = form.get('file') as File;

    expect(Buffer.from(await file.arrayBuffer())).toEqual(REQUEST.audio.bytes);
    expect([file.name, file.type]).toEqual(['clip.wav', 'audio/x-wav']);
  });

  it('holds every option under its name, and the unknown ones as they came', async () => {
    const form = await sent({
      format: 'srt',
      language: 'de',
      prompt: 'Grüße, "Zürich"',
      temperature: 0.2,
      task: 'translate',
      granularities: ['word', 'segment'],
      others: [
        ['hotwords', 'Sluice'],
        ['include[]', 'a'],
        ['include[]', 'b'],
      ],
    });

    expect(textFields(form)).toEqual([
      ['model', 'whisper'],
      ['language', 'de'],
      ['prompt', 'Grüße, "Zürich"'],
      ['temperature', '0.2'],
      ['response_format', 'verbose_json'],
      ['task', 'translate'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
      ['hotwords', 'Sluice'],
      ['include[]', 'a'],
      ['include[]', 'b'],
    ]);
  });

  it('asks for times only where the answer needs them', async () => {
    expect(textFields(await sent({ format: 'text' }))).toEqual([
      ['model', 'whisper'],
      ['response_format', 'json'],
    ]);
    expect(textFields(await sent({ format: 'vtt' }, true))).toEqual([
      ['model', 'whisper'],
      ['response_format', 'json'],
      ['stream', 'true'],
    ]);
  });

  it('cannot be broken by a file name', async () => {
    const filename = 'a"\r\nX-Header: 1\r\n\r\n.wav';
    const form = await sent({ audio: { ...REQUEST.audio, filename, contentType: 'audio/x\r\nX-Header: 2' } });

    expect([...form.keys()]).toEqual(['model', 'response_format', 'file']);
    expect((form.get('file') as File).type).toBe('application/octet-stream');
  });
});

describe('The answer of vLLM and WhisperX', () => {
  const decode = (value: unknown) => decodeTranscriptionReply(Buffer.from(JSON.stringify(value)));

  it('is read with numbers that vLLM writes as strings', () => {
    const transcript = decode({
      text: ' Hi ',
      duration: '1.5',
      language: 'en',
      words: null,
      segments: [{ start: '0', end: 1, text: ' Hi' }],
    });

    expect(transcript).toEqual({
      text: 'Hi',
      durationSeconds: 1.5,
      language: 'en',
      segments: [{ start: 0, end: 1, text: ' Hi' }],
    });
  });

  it('is read with words inside its segments, without those that have no times', () => {
    const words = [{ word: ' Hi', start: 0.1, end: 0.4 }, { word: '2026' }];

    expect(decode({ segments: [{ start: 0, end: 1, text: ' Hi 2026', words }] })).toMatchObject({
      text: 'Hi 2026',
      words: [{ word: 'Hi', start: 0.1, end: 0.4 }],
    });
  });

  it('knows how long the recording was from its usage', () => {
    expect(decode({ text: 'Hi', usage: { type: 'duration', seconds: 4 } }).durationSeconds).toBe(4);
  });

  it.each([['{}'], ['[]'], ['"Hi"'], ['no json'], ['{"text":1}'], ['{"text":"","segments":[{"text":"Hi"}]}']])(
    'is no answer: %s',
    (text) => {
      expect(refusalOf(() => decodeTranscriptionReply(Buffer.from(text))).reason).toBe('upstream_garbage');
    },
  );

  it('is an error where it says so, whatever its status was', () => {
    const refusal = refusalOf(() => decode({ object: 'error', message: 'audio too long', code: 400 }));

    expect(refusal).toMatchObject({ reason: 'upstream_rejected', status: 400, message: 'audio too long' });
  });
});

describe('The streamed answer', () => {
  const chunk = (content: string, reason: string | null = null) =>
    `data: ${JSON.stringify({ object: 'transcription.chunk', choices: [{ delta: { content }, finish_reason: reason }] })}\n\n`;

  it("is read from vLLM's chunks, cut anywhere", () => {
    const bytes = Buffer.from(`${chunk('Grüß')}${chunk(' Gott')}${chunk('', 'stop')}data: [DONE]\n\n`);
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = new TranscriptionChunkReader();
      const deltas = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((piece) => reader.push(piece));
      deltas.push(...reader.end());

      expect(deltas).toEqual(['Grüß', ' Gott']);
      expect([reader.text, reader.isComplete]).toEqual(['Grüß Gott', true]);
    }
  });

  it("is read from OpenAI's own events", () => {
    const reader = new TranscriptionChunkReader();
    const events = [
      { type: 'transcript.text.delta', delta: 'Hi' },
      { type: 'transcript.text.done', text: 'Hi' },
    ];

    expect(events.flatMap((event) => reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`)))).toEqual(['Hi']);
    expect(reader.isComplete).toBe(true);
  });

  it('is not complete where it ends in the middle, also after an earlier piece has ended', () => {
    const reader = new TranscriptionChunkReader();
    reader.push(Buffer.from(chunk('one', 'stop') + chunk(' two')));
    reader.end();

    expect(reader.isComplete).toBe(false);
  });

  it('throws the error that it holds', () => {
    const reader = new TranscriptionChunkReader();
    const frame = Buffer.from(`data: ${JSON.stringify({ error: { message: 'out of memory', code: 500 } })}\n\n`);

    expect(refusalOf(() => reader.push(frame)).reason).toBe('upstream_error');
  });
});
