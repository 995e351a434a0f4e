import type { CreateJobDto } from '#contracts';
import { GatewayError } from '#platform';

/** Where a job's input lies, and the field that says so. */
export interface InputPlace {
  readonly param: 'input_file_id' | 'input_s3' | 'input_url';
  readonly value: string;
}

/** @throws GatewayError `invalid_value` for two places, and for one where such a job has no input. */
export function inputPlace(request: CreateJobDto): InputPlace {
  const { input_file_id: file, input_s3: location, input_url: url } = request;
  if (location == null && url == null) return { param: 'input_file_id', value: file ?? '' };
  const [param, value] = location == null ? (['input_url', url ?? ''] as const) : (['input_s3', location] as const);
  if (file != null) throw invalid(param, "send it or 'input_file_id', not both.");
  if (location != null && url != null) throw invalid('input_url', "send it or 'input_s3', not both.");
  if (location == null && request.type !== 'transcription')
    throw invalid('input_url', 'only recordings are read from there.');
  return { param, value };
}

function invalid(param: string, fault: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid '${param}': ${fault}`, { param });
}
