import type { OperationDefinition } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

function alive(path: string, operationId: string): OperationDefinition {
  return {
    method: 'get',
    path,
    operationId,
    tag: 'Operation',
    summary: 'Whether the process turns',
    open: true,
    responses: answers('It does.', reference('Alive')),
  };
}

/** For load balancers, monitors and readers of this document. */
export const OPERATOR_OPERATIONS: readonly OperationDefinition[] = [
  alive('/', 'root'),
  alive('/health', 'health'),
  alive('/ping', 'ping'),
  alive('/live', 'live'),
  {
    method: 'get',
    path: '/ready',
    operationId: 'ready',
    tag: 'Operation',
    summary: 'Whether calls are taken, and what does not work',
    open: true,
    parameters: [
      {
        name: 'scope',
        in: 'query',
        description: '`realtime` leaves out what only bulk needs.',
        schema: { type: 'string', enum: ['realtime'] },
      },
    ],
    responses: {
      ...answers('All of it works.', reference('Readiness')),
      '503': { description: 'The checks that fail, and what to do.', content: json(reference('Readiness')) },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    tag: 'Operation',
    summary: 'Prometheus metrics',
    description: 'Open from the machine itself, unless the operator has decided otherwise.',
    responses: { '200': { description: 'The exposition.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  },
  {
    method: 'get',
    path: '/v1/capacity',
    operationId: 'listCapacity',
    tag: 'Operation',
    summary: 'How endpoints are shared between realtime and bulk',
    description: 'For keys with the scope `admin`. A model that stands on several endpoints is named by each of them.',
    responses: answers('Each endpoint, as it was last decided.', reference('CapacityList')),
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'openApi',
    tag: 'Operation',
    summary: 'This document',
    open: true,
    responses: answers('OpenAPI 3.1.', { type: 'object' }),
  },
  {
    method: 'get',
    path: '/docs',
    operationId: 'docs',
    tag: 'Operation',
    summary: 'A page to try calls',
    open: true,
    responses: { '200': { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } } },
  },
  {
    method: 'get',
    path: '/docs/assets/{name}',
    operationId: 'docsAsset',
    tag: 'Operation',
    summary: 'A script or style of that page',
    open: true,
    parameters: [{ name: 'name', in: 'path', required: true, description: 'Of the file.', schema: { type: 'string' } }],
    responses: { '200': { description: 'The file.', content: { 'text/javascript': { schema: { type: 'string' } } } } },
  },
];
