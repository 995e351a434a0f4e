import type { OperationDefinition, ParameterObject } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

const endpointId: ParameterObject = {
  name: 'endpointId',
  in: 'path',
  required: true,
  description: 'Id of a webhook endpoint.',
  schema: { type: 'string' },
};

/** Where callers are told of the ends of their jobs. */
export const WEBHOOK_OPERATIONS: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/webhook_endpoints',
    operationId: 'createWebhookEndpoint',
    tag: 'Webhooks',
    summary: 'Make a webhook endpoint',
    description: 'The answer shows the signing secret, once.',
    requestBody: { required: true, content: json(reference('WebhookEndpointRequest')) },
    responses: answers('The endpoint, with its secret.', reference('WebhookEndpointWithSecret')),
  },
  {
    method: 'get',
    path: '/v1/webhook_endpoints',
    operationId: 'listWebhookEndpoints',
    tag: 'Webhooks',
    summary: 'List webhook endpoints',
    parameters: [
      { name: 'after', in: 'query', description: 'Id that the page comes after.', schema: { type: 'string' } },
      {
        name: 'limit',
        in: 'query',
        description: 'Entries.',
        schema: { type: 'integer', minimum: 1, maximum: 100 },
      },
    ],
    responses: answers('A page.', reference('WebhookEndpointList')),
  },
  {
    method: 'get',
    path: '/v1/webhook_endpoints/{endpointId}',
    operationId: 'retrieveWebhookEndpoint',
    tag: 'Webhooks',
    summary: 'Show a webhook endpoint',
    parameters: [endpointId],
    responses: answers('The endpoint.', reference('WebhookEndpoint')),
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{endpointId}',
    operationId: 'updateWebhookEndpoint',
    tag: 'Webhooks',
    summary: 'Change a webhook endpoint',
    description: 'What is absent stays.',
    parameters: [endpointId],
    requestBody: { required: true, content: json(reference('WebhookEndpointChange')) },
    responses: answers('The endpoint.', reference('WebhookEndpoint')),
  },
  {
    method: 'delete',
    path: '/v1/webhook_endpoints/{endpointId}',
    operationId: 'deleteWebhookEndpoint',
    tag: 'Webhooks',
    summary: 'Delete a webhook endpoint',
    parameters: [endpointId],
    responses: answers('It is gone.', reference('DeletedWebhookEndpoint')),
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{endpointId}/rotate_secret',
    operationId: 'rotateWebhookSecret',
    tag: 'Webhooks',
    summary: 'Replace the signing secret',
    parameters: [endpointId],
    requestBody: { required: true, content: json(reference('WebhookRotation')) },
    responses: answers('The endpoint, with its new secret.', reference('WebhookEndpointWithSecret')),
  },
  {
    method: 'post',
    path: '/v1/webhook_endpoints/{endpointId}/test',
    operationId: 'testWebhookEndpoint',
    tag: 'Webhooks',
    summary: 'Send a sample event',
    description: 'At once, and once.',
    parameters: [endpointId],
    requestBody: { required: true, content: json(reference('WebhookTest')) },
    responses: answers('What the receiver answered.', reference('WebhookTestResult')),
  },
  {
    method: 'get',
    path: '/v1/webhook_event_types',
    operationId: 'listWebhookEventTypes',
    tag: 'Webhooks',
    summary: 'List event types',
    responses: answers('All types.', reference('WebhookEventTypeList')),
  },
];
