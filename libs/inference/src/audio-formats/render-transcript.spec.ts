import { describe, expect, it } from 'vitest';
import { languageName } from './language-name.js';
import { renderTranscript, type RenderOptions } from './render-transcript.js';
import type { Transcript } from './transcript.types.js';

const TRANSCRIPT: Transcript = {
  text: 'Open the gate. Close it.',
  language: 'en',
  durationSeconds: 3_661.25,
  segments: [
    { start: 0.5, end: 1.2346, text: ' Open the gate.', averageLogprob: -0.1, tokens: [1, 2] },
    { start: 3_600, end: 3_661.004, text: ' Close it.' },
  ],
  words: [{ word: 'Open', start: 0.5, end: 0.8 }],
};

function render(options: Partial<RenderOptions> & Pick<RenderOptions, 'format'>, transcript = TRANSCRIPT) {
  const { body, contentType } = renderTranscript(transcript, {
    granularities: ['segment'],
    task: 'transcribe',
    ...options,
  });
  return { text: body.toString('utf8'), contentType };
}

describe('A transcript', () => {
  it('is one object with text and billed seconds as json', () => {
    const { text, contentType } = render({ format: 'json' });

    expect(contentType).toBe('application/json');
    expect(JSON.parse(text)).toEqual({ text: TRANSCRIPT.text, usage: { type: 'duration', seconds: 3_662 } });
  });

  it('is a line of plain text as text', () => {
    expect(render({ format: 'text' })).toEqual({
      text: 'Open the gate. Close it.\n',
      contentType: 'text/plain; charset=utf-8',
    });
  });

  it('is numbered cues with commas as srt', () => {
    expect(render({ format: 'srt' })).toEqual({
      text: '1\n00:00:00,500 --> 00:00:01,235\nOpen the gate.\n\n2\n01:00:00,000 --> 01:01:01,004\nClose it.\n',
      contentType: 'text/plain; charset=utf-8',
    });
  });

  it('is cues with points under a heading as vtt', () => {
    expect(render({ format: 'vtt' }).text).toBe(
      'WEBVTT\n\n00:00:00.500 --> 00:00:01.235\nOpen the gate.\n\n01:00:00.000 --> 01:01:01.004\nClose it.\n',
    );
  });

  it('has every member that OpenAI requires of a segment as verbose_json', () => {
    expect(JSON.parse(render({ format: 'verbose_json' }).text)).toEqual({
      task: 'transcribe',
      language: 'english',
      duration: 3_661.25,
      text: TRANSCRIPT.text,
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0.5,
          end: 1.2346,
          text: ' Open the gate.',
          tokens: [1, 2],
          temperature: 0,
          avg_logprob: -0.1,
          compression_ratio: 0,
          no_speech_prob: 0,
        },
        expect.objectContaining({ id: 1, text: ' Close it.' }),
      ],
      usage: { type: 'duration', seconds: 3_662 },
    });
  });

  it('says where it may be invented and where it has gaps, and only there', () => {
    const [first, second] = TRANSCRIPT.segments ?? [];
    const gaps = [{ start: 2, end: 30, reason: 'The model failed.' }];
    const doubtful: Transcript = {
      ...TRANSCRIPT,
      segments: [{ ...first!, doubts: ['repetition'] }, second!],
      gaps,
    };
    const verbose = JSON.parse(render({ format: 'verbose_json' }, doubtful).text) as { segments: object[] };

    expect(verbose).toMatchObject({ gaps, segments: [{ doubts: ['repetition'] }, { id: 1 }] });
    expect(verbose.segments[1]).not.toHaveProperty('doubts');
    expect(JSON.parse(render({ format: 'verbose_json' }).text)).not.toHaveProperty('gaps');
  });

  it('has words and segments as they were asked for', () => {
    const words = JSON.parse(render({ format: 'verbose_json', granularities: ['word'] }).text) as object;
    const both = JSON.parse(render({ format: 'verbose_json', granularities: ['word', 'segment'] }).text) as object;

    expect(words).toMatchObject({ words: [{ word: 'Open', start: 0.5, end: 0.8 }] });
    expect(words).not.toHaveProperty('segments');
    expect(Object.keys(both)).toEqual(expect.arrayContaining(['words', 'segments']));
  });

  it('is English once it is translated', () => {
    const german = { ...TRANSCRIPT, language: 'de' };

    expect(JSON.parse(render({ format: 'verbose_json', task: 'translate' }, german).text)).toMatchObject({
      task: 'translate',
      language: 'english',
    });
  });

  it('without times is one cue over the whole recording, and of silence none', () => {
    const untimed: Transcript = { text: 'Hello', durationSeconds: 2 };

    expect(render({ format: 'srt' }, untimed).text).toBe('1\n00:00:00,000 --> 00:00:02,000\nHello\n');
    expect(render({ format: 'vtt' }, { text: '' }).text).toBe('WEBVTT\n');
    expect(render({ format: 'srt' }, { text: '' }).text).toBe('');
  });

  it('cannot break out of a cue', () => {
    const hostile: Transcript = { text: 'x', segments: [{ start: 0, end: 1, text: 'a\n\n00:00 --> 00:09\nb' }] };

    expect(render({ format: 'srt' }, hostile).text).toBe('1\n00:00:00,000 --> 00:00:01,000\na 00:00 -> 00:09 b\n');
  });
});

describe('languageName', () => {
  it.each([
    ['en', 'english'],
    ['de', 'german'],
    ['yue', 'cantonese'],
    ['English', 'english'],
    ['', ''],
    ['xx', 'xx'],
  ])('calls %j %j', (language, name) => {
    expect(languageName(language)).toBe(name);
  });
});
