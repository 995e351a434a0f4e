import type { CreateJobDto, EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import type { FoundFormat } from '../embeddings/choose-input-format.js';
import { isTable } from '../embeddings/read-embedding-line.js';
import type { JobOrder } from './job-orders.js';

/**
 * @param found The format that the input seems to have; `undefined` where nothing says it.
 * @throws GatewayError `missing_required_parameter` where the format must be told, `invalid_value`.
 */
export function embeddingsOrder(request: CreateJobDto, found: FoundFormat | undefined): JobOrder {
  const embeddings: EmbeddingsOrder = {
    model: request.model,
    ...inputOf(request, found),
    ...outputOf(request),
    dimensions: request.dimensions ?? null,
    textField: request.text_field ?? null,
    idField: request.id_field ?? null,
    ...(request.deduplicate === true ? { deduplicate: true } : {}),
  };
  const order = { kind: 'embeddings', endpoint: '/v1/embeddings', embeddings } as const;
  if (request.dry_run === true) return { ...order, dryRun: true, version: 2 };
  const { outputFormat, deduplicate } = embeddings;
  const isNew =
    isTable(embeddings) || request.input_s3 != null || outputFormat !== undefined || deduplicate !== undefined;
  return isNew ? { ...order, version: 2 } : order;
}

function outputOf(request: CreateJobDto): Pick<EmbeddingsOrder, 'encodingFormat' | 'outputFormat' | 'vectorType'> {
  const { output_format: outputFormat, output_dtype: vectorType, encoding_format: encodingFormat } = request;
  if (outputFormat !== 'parquet') {
    if (vectorType == null) return { encodingFormat: encodingFormat ?? 'float' };
    throw new GatewayError('invalid_value', "Invalid 'output_dtype': only 'output_format' parquet has one.", {
      param: 'output_dtype',
    });
  }
  if (encodingFormat == null) return { encodingFormat: 'base64', outputFormat, vectorType: vectorType ?? 'float32' };
  throw new GatewayError(
    'invalid_value',
    "Invalid 'encoding_format': a Parquet file holds numbers. Leave it out, or send 'output_dtype'.",
    { param: 'encoding_format' },
  );
}

function inputOf(request: CreateJobDto, found: FoundFormat | undefined): FoundFormat {
  const inputFormat = request.input_format ?? found?.inputFormat;
  if (inputFormat === undefined) {
    throw new GatewayError(
      'missing_required_parameter',
      "Missing required parameter: 'input_format'. The name of the object does not tell its format.",
      { param: 'input_format' },
    );
  }
  const delimiter = request.delimiter ?? (inputFormat === 'csv' ? found?.delimiter : undefined);
  if (delimiter === undefined) return { inputFormat };
  if (inputFormat === 'csv' && !/["\r\n\uFEFF]/.test(delimiter)) return { inputFormat, delimiter };
  const fault =
    inputFormat === 'csv'
      ? 'quotes and line breaks have their own meaning.'
      : "only 'input_format' csv has delimiters.";
  throw new GatewayError('invalid_value', `Invalid 'delimiter': ${fault}`, { param: 'delimiter' });
}
