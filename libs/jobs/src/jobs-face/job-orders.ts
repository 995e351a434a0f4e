import type { CreateJobDto, InputFormat } from '#contracts';
import type { RecordSeed } from '../records/new-record.js';

/** What a request says of the work itself. */
export type JobOrder = Pick<RecordSeed, 'kind' | 'endpoint' | 'embeddings' | 'transcription'>;

/** @param found The format that the file seems to have. */
export function embeddingsOrder(request: CreateJobDto, found: InputFormat): JobOrder {
  return {
    kind: 'embeddings',
    endpoint: '/v1/embeddings',
    embeddings: {
      model: request.model,
      inputFormat: request.input_format ?? found,
      encodingFormat: request.encoding_format ?? 'float',
      dimensions: request.dimensions ?? null,
      textField: request.text_field ?? null,
      idField: request.id_field ?? null,
    },
  };
}

export function transcriptionOrder(request: CreateJobDto): JobOrder {
  return {
    kind: 'transcription',
    endpoint: request.task === 'translate' ? '/v1/audio/translations' : '/v1/audio/transcriptions',
    transcription: {
      model: request.model,
      format: request.response_format ?? 'verbose_json',
      granularities: request.timestamp_granularities ?? ['segment'],
      language: request.language ?? null,
      prompt: request.prompt ?? null,
      temperature: request.temperature ?? null,
    },
  };
}
