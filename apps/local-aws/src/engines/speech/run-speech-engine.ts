import { EngineRejection } from '../engine-rejection.js';
import type { CallIdentity, EngineResult, StreamChunk } from '../generation.js';
import type { Fields } from '../read-fields.js';
import { readWav } from './read-wav.js';
import { renderWhisperSegment } from './render-whisper-segment.js';
import { transcribe, type Speech, type TranscribeOptions } from './transcribe.js';

const FORMATS = ['json', 'text', 'verbose_json'];

/**
 * A form as vLLM's and WhisperX's transcription routes take it. What the path would say of the task, the field `task` does.
 * @throws EngineRejection
 */
export function runSpeechEngine(fields: Fields, identity: CallIdentity): EngineResult {
  const { file } = fields;
  if (!Buffer.isBuffer(file)) throw new EngineRejection('Field required', 'file', 422);
  const format = fields['response_format'] ?? 'json';
  if (typeof format !== 'string' || !FORMATS.includes(format)) {
    throw new EngineRejection('Currently only support response_format: `text`, `json` or `verbose_json`', null);
  }
  const options: TranscribeOptions = {
    task: fields['task'] === 'translate' ? 'translate' : 'transcribe',
    language: typeof fields['language'] === 'string' ? fields['language'] : undefined,
  };
  const speech = transcribe(readWav(file), options);
  const work = { kind: 'transcribe', audioSeconds: speech.durationSeconds } as const;
  if (fields['stream'] === true) return { kind: 'stream', chunks: streamChunks(speech, identity), work };
  return { kind: 'complete', data: format === 'verbose_json' ? verbose(speech, fields) : plain(speech), work };
}

function plain(speech: Speech): object {
  return { text: speech.text, usage: { type: 'duration', seconds: Math.ceil(speech.durationSeconds) } };
}

/** vLLM writes the duration as a string. */
function verbose(speech: Speech, fields: Fields): object {
  const granularities = [fields['timestamp_granularities[]'], fields['timestamp_granularities']].flat();
  const withWords = granularities.includes('word');
  const temperature = Number(fields['temperature'] ?? 0);
  return {
    task: fields['task'] ?? 'transcribe',
    duration: String(speech.durationSeconds),
    language: speech.language,
    text: speech.text,
    segments: speech.segments.map((segment, id) =>
      renderWhisperSegment(segment, id, { temperature, withWords: false }),
    ),
    words: withWords ? speech.segments.flatMap(({ words }) => words) : null,
  };
}

function* streamChunks(speech: Speech, identity: CallIdentity): Generator<StreamChunk> {
  const words = speech.segments.flatMap((segment) => segment.words);
  const chunk = (content: string, isLast: boolean): StreamChunk => ({
    tokens: 1,
    data: {
      id: `trsc-${identity.id}`,
      object: 'transcription.chunk',
      created: identity.createdSeconds,
      model: identity.model,
      choices: [{ delta: { content }, finish_reason: isLast ? 'stop' : null, stop_reason: null }],
    },
  });
  for (const [index, { word }] of words.entries()) yield chunk(index === 0 ? word : ` ${word}`, false);
  yield chunk('', true);
}
