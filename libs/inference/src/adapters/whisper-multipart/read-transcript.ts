import type { Transcript, TranscriptSegment, TranscriptWord } from '../../audio-formats/transcript.types.js';
import { garbage } from '../openai/upstream-answers.js';

type Fields = Readonly<Record<string, unknown>>;

const WHAT = 'a transcription';

/**
 * The members that openai-whisper, vLLM, WhisperX and OpenAI's own servers share. Numbers may come as strings; words
 * stand beside the segments or inside them.
 *
 * @throws UpstreamFailure `upstream_garbage`.
 */
export function readTranscript(fields: Fields): Transcript {
  const { text, language, segments } = fields;
  const items = Array.isArray(segments) ? segments.map(asFields) : undefined;
  const spoken = typeof text === 'string' ? text : items?.map((item) => textOf(item['text'])).join('');
  if (spoken === undefined) throw garbage(WHAT);
  return {
    text: spoken.trim(),
    ...(typeof language === 'string' && language !== '' ? { language } : {}),
    ...readDuration(fields),
    ...(items === undefined ? {} : { segments: items.map(readSegment) }),
    ...readWords(fields['words'] ?? items?.flatMap((item) => item['words'] ?? [])),
  };
}

function readDuration({ duration, usage }: Fields): Pick<Transcript, 'durationSeconds'> {
  const durationSeconds = asNumber(duration) ?? asNumber(asFields(usage ?? {})['seconds']);
  return durationSeconds === undefined ? {} : { durationSeconds };
}

function readSegment(fields: Fields): TranscriptSegment {
  const tokens = fields['tokens'];
  return {
    start: seconds(fields['start']),
    end: seconds(fields['end']),
    text: textOf(fields['text']),
    ...(Array.isArray(tokens) && tokens.every((token) => typeof token === 'number') ? { tokens } : {}),
    ...optional('seek', fields['seek']),
    ...optional('temperature', fields['temperature']),
    ...optional('averageLogprob', fields['avg_logprob']),
    ...optional('compressionRatio', fields['compression_ratio']),
    ...optional('noSpeechProbability', fields['no_speech_prob']),
  };
}

/** WhisperX leaves times out for words that it could not align; they say nothing that the text does not. */
function readWords(value: unknown): Pick<Transcript, 'words'> {
  if (!Array.isArray(value)) return {};
  const words = value.map(asFields).flatMap((fields): TranscriptWord[] => {
    const start = asNumber(fields['start']);
    const end = asNumber(fields['end']);
    if (start === undefined || end === undefined) return [];
    return [{ word: textOf(fields['word']).trim(), start, end }];
  });
  return words.length === 0 ? {} : { words };
}

function optional(name: keyof TranscriptSegment, value: unknown): Partial<TranscriptSegment> {
  const number = asNumber(value);
  return number === undefined ? {} : { [name]: number };
}

function seconds(value: unknown): number {
  const number = asNumber(value);
  if (number === undefined) throw garbage(WHAT);
  return number;
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw garbage(WHAT);
  return value;
}

function asFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbage(WHAT);
  return value as Fields;
}
