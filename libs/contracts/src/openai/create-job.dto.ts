import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import {
  INPUT_FORMATS,
  OUTPUT_FORMATS,
  VECTOR_TYPES,
  JOB_PRIORITIES,
  TIMESTAMP_GRANULARITIES,
  TRANSCRIPTION_FORMATS,
  type InputFormat,
  type JobPriority,
  type OutputFormat,
  type VectorType,
  type TimestampGranularity,
  type TranscriptionFormat,
} from '../jobs/job-record.js';
import { IsMetadata } from '../validation/is-metadata.validator.js';
import { COMPLETION_WINDOWS, ExpiresAfterDto, type CompletionWindow } from './create-batch.dto.js';

/** Types that `POST /v1/jobs` makes; a batch is made by `POST /v1/batches`. */
export const CREATABLE_JOB_TYPES = ['embeddings', 'transcription'] as const;

/** Body of `POST /v1/jobs`. */
export class CreateJobDto {
  @IsIn(CREATABLE_JOB_TYPES)
  type!: (typeof CREATABLE_JOB_TYPES)[number];

  @IsString()
  @IsNotEmpty()
  model!: string;

  /** This, `input_s3` or `input_url`. */
  @ValidateIf((job: CreateJobDto) => (job.input_s3 == null && job.input_url == null) || job.input_file_id != null)
  @IsString()
  @IsNotEmpty()
  input_file_id?: string | null;

  /** `s3://bucket/key`. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  input_s3?: string | null;

  /** An https address; of a transcription. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  input_url?: string | null;

  @IsOptional()
  @IsIn(INPUT_FORMATS)
  input_format?: InputFormat | null;

  /** Of a `csv`: what stands between its fields. */
  @IsOptional()
  @IsString()
  @Length(1, 1)
  delimiter?: string | null;

  @IsOptional()
  @IsIn(['float', 'base64'])
  encoding_format?: 'float' | 'base64' | null;

  @IsOptional()
  @IsIn(OUTPUT_FORMATS)
  output_format?: OutputFormat | null;

  /** Reads and checks the input, says what it would take, and runs nothing. */
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean | null;

  @IsOptional()
  @IsBoolean()
  deduplicate?: boolean | null;

  /** Of the vectors of a `parquet`. */
  @IsOptional()
  @IsIn(VECTOR_TYPES)
  output_dtype?: VectorType | null;

  @IsOptional()
  @IsInt()
  @Min(1)
  dimensions?: number | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  text_field?: string | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  id_field?: string | null;

  /** Of a transcription, as are the five behind it. */
  @IsOptional()
  @IsIn(['transcribe', 'translate'])
  task?: 'transcribe' | 'translate' | null;

  @IsOptional()
  @IsIn(TRANSCRIPTION_FORMATS)
  response_format?: TranscriptionFormat | null;

  @IsOptional()
  @IsArray()
  @IsIn(TIMESTAMP_GRANULARITIES, { each: true })
  timestamp_granularities?: TimestampGranularity[] | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  language?: string | null;

  @IsOptional()
  @IsString()
  prompt?: string | null;

  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  temperature?: number | null;

  @IsOptional()
  @IsIn(Object.keys(COMPLETION_WINDOWS))
  completion_window?: CompletionWindow | null;

  /** Among the caller's own jobs; OpenAI's API does not know it. */
  @IsOptional()
  @IsIn(JOB_PRIORITIES)
  priority?: JobPriority | null;

  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, string> | null;

  @IsOptional()
  @ValidateNested()
  output_expires_after?: ExpiresAfterDto | null;
}
