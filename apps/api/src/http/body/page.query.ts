import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Query of the routes that list what a tenant has, newest first: `/v1/batches`, `/v1/jobs`, `/v1/webhook_endpoints`. */
export class PageQuery {
  @IsOptional()
  @IsString()
  after?: string;

  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit: number = DEFAULT_LIMIT;
}
