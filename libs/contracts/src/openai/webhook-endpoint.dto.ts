import { ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { WEBHOOK_ENDPOINT_STATUSES, type WebhookEndpointStatus } from './webhook-endpoint.js';
import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from './webhook-event.js';

const MAX_NAME_LENGTH = 256;

/** Body of `POST /v1/webhook_endpoints`. */
export class CreateWebhookEndpointDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  name!: string;

  @IsString()
  @IsNotEmpty()
  url!: string;

  @IsArray()
  @ArrayNotEmpty()
  @IsIn(WEBHOOK_EVENT_TYPES, { each: true })
  event_types!: WebhookEventType[];
}

/** Body of `POST /v1/webhook_endpoints/{id}`: what is absent stays. */
export class UpdateWebhookEndpointDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  name?: string | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  url?: string | null;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(WEBHOOK_EVENT_TYPES, { each: true })
  event_types?: WebhookEventType[] | null;

  /** OpenAI's API does not know it. */
  @IsOptional()
  @IsIn(WEBHOOK_ENDPOINT_STATUSES)
  status?: WebhookEndpointStatus | null;
}

/** Body of `POST /v1/webhook_endpoints/{id}/rotate_secret`. */
export class RotateWebhookSecretDto {
  /** Else the old secret ends at once, as with OpenAI. */
  @IsOptional()
  @IsBoolean()
  keep_old_secret_active_for_24_hours?: boolean | null;
}

/** Body of `POST /v1/webhook_endpoints/{id}/test`. */
export class TestWebhookEndpointDto {
  @IsIn(WEBHOOK_EVENT_TYPES)
  event_type!: WebhookEventType;
}
