import { IsIn, IsOptional } from 'class-validator';
import { TRANSCRIPTION_FORMATS, type TranscriptionFormat } from '#contracts';

/** Query of `GET /v1/jobs/{id}/transcript`. */
export class TranscriptQuery {
  @IsOptional()
  @IsIn(TRANSCRIPTION_FORMATS)
  response_format?: TranscriptionFormat;
}
