import { createJsonAnswer, type ContainerAnswer } from '../../sagemaker/containers/container-answer.js';
import type { EngineWork } from '../gpu/engine-work.js';
import { EngineRejection } from '../engine-rejection.js';
import { isFields, type Fields } from '../read-fields.js';
import { readWav, type Recording } from './read-wav.js';
import { renderWhisperSegment } from './render-whisper-segment.js';
import { transcribe } from './transcribe.js';

export interface WhisperServices {
  /** @throws Error where the object cannot be read */
  readonly readObject: (location: string) => Promise<Buffer>;
  /** Takes the time that a recording would take. */
  readonly spend: (work: EngineWork) => Promise<void>;
}

const REQUIRED_KEYS = ['audio_input', 'model', 'bucket', 'key', 'config'];
const CHECKPOINTS = new Set(['large-v3', 'large-v3-turbo']);

/**
 * EMD's whisper container: audio by S3 URI alone, every key present, and the raw result of openai-whisper. What it
 * cannot download it answers with 200; what it cannot work on, with a bare 500, as its server does for every exception.
 */
export async function answerEmdWhisper(
  fields: Fields,
  { readObject, spend }: WhisperServices,
): Promise<ContainerAnswer> {
  const { audio_input: location, model, config } = fields;
  const hasAllKeys = REQUIRED_KEYS.every((key) => key in fields);
  if (!hasAllKeys || typeof location !== 'string' || !isFields(config)) return internalError();
  if (typeof model !== 'string' || !CHECKPOINTS.has(model)) return internalError();
  let audio: Buffer;
  try {
    audio = await readObject(location);
  } catch {
    return createJsonAnswer(200, { status: 'bad response' });
  }
  const recording = readRecording(audio);
  if (recording === undefined) return internalError();
  await spend({ kind: 'transcribe', audioSeconds: recording.samples.length / recording.sampleRateHz });
  return createJsonAnswer(200, decode(recording, config));
}

function decode(recording: Recording, config: Fields): object {
  const speech = transcribe(recording, {
    task: config['task'] === 'translate' ? 'translate' : 'transcribe',
    language: typeof config['language'] === 'string' ? config['language'] : undefined,
  });
  const temperature = typeof config['temperature'] === 'number' ? config['temperature'] : 0;
  const withWords = config['word_timestamps'] === true;
  const segments = speech.segments.map((segment, id) => renderWhisperSegment(segment, id, { temperature, withWords }));
  // openai-whisper's text begins with a blank, as its segments do.
  return { text: speech.text === '' ? '' : ` ${speech.text}`, segments, language: speech.language };
}

function readRecording(audio: Buffer): Recording | undefined {
  try {
    return readWav(audio);
  } catch (error) {
    if (error instanceof EngineRejection) return undefined;
    throw error;
  }
}

function internalError(): ContainerAnswer {
  return { status: 500, contentType: 'text/plain; charset=utf-8', body: Buffer.from('Internal Server Error') };
}
