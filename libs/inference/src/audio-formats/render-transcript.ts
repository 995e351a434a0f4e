import type { TimestampGranularity, TranscriptionFormat } from '#contracts';
import { languageName } from './language-name.js';
import { renderSrt, renderVtt } from './render-subtitles.js';
import { timedSegments } from './timed-segments.js';
import type { SpeechTask, Transcript, TranscriptSegment } from './transcript.types.js';

export interface RenderOptions {
  readonly format: TranscriptionFormat;
  readonly granularities: readonly TimestampGranularity[];
  readonly task: SpeechTask;
}

export interface RenderedTranscript {
  readonly body: Buffer;
  readonly contentType: string;
}

const TEXT = 'text/plain; charset=utf-8';

/** A transcript in one of OpenAI's formats. SDKs take everything for text that is not called JSON. */
export function renderTranscript(transcript: Transcript, options: RenderOptions): RenderedTranscript {
  switch (options.format) {
    case 'text':
      return { body: Buffer.from(`${transcript.text}\n`), contentType: TEXT };
    case 'srt':
      return { body: Buffer.from(renderSrt(transcript)), contentType: TEXT };
    case 'vtt':
      return { body: Buffer.from(renderVtt(transcript)), contentType: TEXT };
    case 'verbose_json':
      return json(renderVerbose(transcript, options));
    case 'json':
      return json({ text: transcript.text, ...renderUsage(transcript) });
  }
}

/** What is billed: whole seconds of audio; nothing where nobody knows how long it was. */
export function renderUsage({ durationSeconds }: Transcript): {
  readonly usage?: { readonly type: 'duration'; readonly seconds: number };
} {
  return durationSeconds === undefined ? {} : { usage: { type: 'duration', seconds: Math.ceil(durationSeconds) } };
}

function renderVerbose(transcript: Transcript, { granularities, task }: RenderOptions): object {
  const segments = timedSegments(transcript);
  const { language, durationSeconds, text, words, gaps } = transcript;
  return {
    task,
    language: task === 'translate' ? 'english' : languageName(language ?? ''),
    duration: durationSeconds ?? segments.at(-1)?.end ?? 0,
    text,
    ...(granularities.includes('word') ? { words: words ?? [] } : {}),
    ...(granularities.includes('segment') ? { segments: segments.map(renderSegment) } : {}),
    ...(gaps === undefined ? {} : { gaps }),
    ...renderUsage(transcript),
  };
}

/** All members but `doubts`, which is ours, are required in OpenAI's schema; figures that an engine does not give are 0. */
function renderSegment(segment: TranscriptSegment, id: number): object {
  return {
    id,
    seek: segment.seek ?? 0,
    start: segment.start,
    end: segment.end,
    text: segment.text,
    tokens: segment.tokens ?? [],
    temperature: segment.temperature ?? 0,
    avg_logprob: segment.averageLogprob ?? 0,
    compression_ratio: segment.compressionRatio ?? 0,
    no_speech_prob: segment.noSpeechProbability ?? 0,
    ...(segment.doubts === undefined ? {} : { doubts: segment.doubts }),
  };
}

function json(value: object): RenderedTranscript {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}
