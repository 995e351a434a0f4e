import type { CreateJobDto } from '#contracts';
import { GatewayError } from '#platform';
import type { RecordSeed } from '../records/new-record.js';

/** What a request says of the work itself. */
export type JobOrder = Pick<RecordSeed, 'kind' | 'endpoint' | 'embeddings' | 'transcription' | 'dryRun' | 'version'>;

/** @throws GatewayError `invalid_value` for a dry run */
export function transcriptionOrder(request: CreateJobDto): JobOrder {
  if (request.dry_run === true) {
    throw new GatewayError('invalid_value', "Invalid 'dry_run': only embeddings are estimated.", { param: 'dry_run' });
  }
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
