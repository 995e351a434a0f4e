import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';

const DEFAULT_CHECKPOINT = 'large-v3';

/**
 * EMD's whisper container: audio by its place in S3, and every key present, those too that it never looks at.
 * `config` goes to openai-whisper's own `transcribe`.
 */
export function encodeWhisperRequest(
  request: TranscriptionRequest,
  location: string,
  checkpoint: string = DEFAULT_CHECKPOINT,
): Buffer {
  const { language, prompt, temperature, task, granularities } = request;
  const config = {
    task,
    ...(language === undefined ? {} : { language }),
    ...(prompt === undefined ? {} : { initial_prompt: prompt }),
    // For OpenAI 0 means as cold as confidence allows, which is what openai-whisper does when it is told nothing.
    ...(temperature === undefined || temperature === 0 ? {} : { temperature }),
    ...(granularities.includes('word') ? { word_timestamps: true } : {}),
  };
  return Buffer.from(JSON.stringify({ audio_input: location, model: checkpoint, bucket: null, key: null, config }));
}
