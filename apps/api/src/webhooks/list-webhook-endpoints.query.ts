import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Query of `GET /v1/webhook_endpoints`. */
export class ListWebhookEndpointsQuery {
  @IsOptional()
  @IsString()
  after?: string;

  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit: number = DEFAULT_LIMIT;
}
