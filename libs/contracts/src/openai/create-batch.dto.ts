import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { JOB_PRIORITIES, type JobPriority } from '../jobs/job-record.js';
import { IsMetadata } from '../validation/is-metadata.validator.js';
import { BATCH_ENDPOINTS, type BatchEndpoint } from './batch-object.js';

/** Completion windows and their length in seconds. OpenAI knows `24h` alone. */
export const COMPLETION_WINDOWS = { '1h': 3600, '24h': 86_400, '7d': 604_800 } as const satisfies Record<
  string,
  number
>;
export type CompletionWindow = keyof typeof COMPLETION_WINDOWS;

const HOUR_SECONDS = 3600;
const THIRTY_DAYS_SECONDS = 2_592_000;

/** When a file ends by itself, counted from its creation. Bounds are OpenAI's. */
export class ExpiresAfterDto {
  @IsIn(['created_at'])
  anchor!: 'created_at';

  @IsInt()
  @Min(HOUR_SECONDS)
  @Max(THIRTY_DAYS_SECONDS)
  seconds!: number;
}

/** Body of `POST /v1/batches`. */
export class CreateBatchDto {
  @IsString()
  @IsNotEmpty()
  input_file_id!: string;

  @IsIn(BATCH_ENDPOINTS)
  endpoint!: BatchEndpoint;

  @IsIn(Object.keys(COMPLETION_WINDOWS))
  completion_window!: CompletionWindow;

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
