import type { CreateJobDto } from '#contracts';
import type { RecordSeed } from '../records/new-record.js';

/** What a request says of the work itself. */
export type JobOrder = Pick<RecordSeed, 'kind' | 'endpoint' | 'embeddings' | 'transcription' | 'dryRun' | 'version'>;

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
