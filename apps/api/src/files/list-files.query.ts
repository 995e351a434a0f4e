import { IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

const MAX_LIMIT = 10_000;

/** Query of `GET /v1/files`. */
export class ListFilesQuery {
  @IsOptional()
  @IsString()
  after?: string;

  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit: number = MAX_LIMIT;

  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @IsOptional()
  @IsString()
  purpose?: string;
}
