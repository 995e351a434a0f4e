import type { TranscriptionOrder } from '#contracts';
import { readTranscriptionRequest, type FormFields } from '#inference';
import { readFormModel } from '../http/multipart/speech-fields.js';

export interface RecordingForm extends TranscriptionOrder {
  readonly stream: boolean;
}

/** The fields are what counts here; that the file is empty, its reader finds out. */
const ANY_AUDIO = { bytes: Buffer.from([0]), filename: '', contentType: '' };

/** @throws GatewayError naming the field. */
export function readRecordingOrder(fields: FormFields, task: 'transcribe' | 'translate'): RecordingForm {
  const request = readTranscriptionRequest({ audio: ANY_AUDIO, fields }, task);
  return {
    model: readFormModel(fields),
    format: request.format,
    granularities: request.granularities,
    language: request.language ?? null,
    prompt: request.prompt ?? null,
    temperature: request.temperature ?? null,
    stream: request.stream,
  };
}
