import { WEBHOOK_ENDPOINT_STATUSES, WEBHOOK_EVENT_TYPES } from '#contracts';
import type { SchemaObject } from '../openapi.types.js';
import { arrayOf, flag, integer, objectOf, oneOfTexts, reference, text } from './schema-builders.js';

const eventType = oneOfTexts(WEBHOOK_EVENT_TYPES, 'What has happened.');
const wishes = {
  name: text('For people.'),
  url: text('An https address.'),
  event_types: arrayOf(eventType, 'What is told.'),
};
const status = oneOfTexts(WEBHOOK_ENDPOINT_STATUSES, 'Whether it is told anything.');
const endpoint = {
  id: text('Of the endpoint.'),
  object: { type: 'string', const: 'webhook_endpoint' },
  ...wishes,
  created_at: integer('Unix seconds.'),
  updated_at: integer('Unix seconds.'),
  signing_secret_hint: text('The end of the secret.'),
  status,
  disabled_reason: { type: ['string', 'null'], description: 'Why it is told nothing.' },
} as const satisfies Record<string, SchemaObject>;

/** Where callers are told of the ends of their jobs. */
export const WEBHOOK_SCHEMAS = {
  WebhookEndpointRequest: objectOf(wishes, ['name', 'url', 'event_types']),
  WebhookEndpointChange: objectOf({ ...wishes, status }),
  WebhookEndpoint: objectOf(endpoint),
  WebhookEndpointWithSecret: objectOf({
    ...endpoint,
    signing_secret: text('whsec_ and the key in base64; shown this once.'),
  }),
  WebhookEndpointList: objectOf({
    object: { type: 'string', const: 'list' },
    data: arrayOf(reference('WebhookEndpoint')),
    has_more: flag('Whether there is another page.'),
  }),
  DeletedWebhookEndpoint: objectOf({
    id: text('Of the endpoint.'),
    object: { type: 'string', const: 'webhook_endpoint.deleted' },
    deleted: flag('Done.'),
  }),
  WebhookRotation: objectOf({
    keep_old_secret_active_for_24_hours: flag('Whether messages are signed with both meanwhile; false unless set.'),
  }),
  WebhookTest: objectOf({ event_type: eventType }, ['event_type']),
  WebhookTestResult: objectOf({
    object: { type: 'string', const: 'webhook_endpoint.test' },
    webhook_endpoint_id: text('Of the endpoint.'),
    event_type: eventType,
    success: flag('That there was an answer.'),
    status_code: integer('Which answer it was.'),
  }),
  WebhookEventTypeList: objectOf({ object: { type: 'string', const: 'list' }, data: arrayOf(eventType) }),
} as const satisfies Record<string, SchemaObject>;
