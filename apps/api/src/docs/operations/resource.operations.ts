import type { OperationDefinition, ParameterObject } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

const pathParameter = (name: string, description: string): ParameterObject => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

const page = (maximum: number): ParameterObject[] => [
  { name: 'after', in: 'query', description: 'Id that the page comes after.', schema: { type: 'string' } },
  { name: 'limit', in: 'query', description: 'Entries.', schema: { type: 'integer', minimum: 1, maximum } },
];

const fileId = pathParameter('fileId', 'Id of a file.');
const batchId = pathParameter('batchId', 'Id of a batch.');

const models: readonly OperationDefinition[] = [
  {
    method: 'get',
    path: '/v1/models',
    operationId: 'listModels',
    tag: 'Models',
    summary: 'List models',
    description: 'Needs no key unless the operator has decided otherwise.',
    open: true,
    responses: answers('All models.', reference('ModelList')),
  },
  {
    method: 'get',
    path: '/v1/models/{model}',
    operationId: 'retrieveModel',
    tag: 'Models',
    summary: 'Show one model',
    open: true,
    parameters: [pathParameter('model', 'A model id; its slash may be sent as it is or as %2F.')],
    responses: answers('The model.', reference('Model')),
  },
];

const files: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/files',
    operationId: 'createFile',
    tag: 'Files',
    summary: 'Upload a file',
    requestBody: { required: true, content: { 'multipart/form-data': { schema: reference('FileUpload') } } },
    responses: answers('The file.', reference('File')),
  },
  {
    method: 'get',
    path: '/v1/files',
    operationId: 'listFiles',
    tag: 'Files',
    summary: 'List files',
    parameters: [
      ...page(10_000),
      { name: 'order', in: 'query', description: 'By age.', schema: { type: 'string', enum: ['asc', 'desc'] } },
      { name: 'purpose', in: 'query', description: 'Only this purpose.', schema: { type: 'string' } },
    ],
    responses: answers('A page.', reference('FileList')),
  },
  {
    method: 'get',
    path: '/v1/files/{fileId}',
    operationId: 'retrieveFile',
    tag: 'Files',
    summary: 'Show a file',
    parameters: [fileId],
    responses: answers('The file.', reference('File')),
  },
  {
    method: 'get',
    path: '/v1/files/{fileId}/content',
    operationId: 'downloadFile',
    tag: 'Files',
    summary: 'Download a file',
    description: 'Takes a Range header.',
    parameters: [fileId],
    responses: {
      '200': { description: 'The content.', content: { 'application/octet-stream': { schema: {} } } },
      '206': { description: 'The range asked for.', content: { 'application/octet-stream': { schema: {} } } },
    },
  },
  {
    method: 'delete',
    path: '/v1/files/{fileId}',
    operationId: 'deleteFile',
    tag: 'Files',
    summary: 'Delete a file',
    parameters: [fileId],
    responses: answers('It is gone.', reference('DeletedFile')),
  },
];

const batches: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/batches',
    operationId: 'createBatch',
    tag: 'Batches',
    summary: 'Start a batch',
    requestBody: { required: true, content: json(reference('BatchRequest')) },
    responses: answers('The batch.', reference('Batch')),
  },
  {
    method: 'get',
    path: '/v1/batches',
    operationId: 'listBatches',
    tag: 'Batches',
    summary: 'List batches',
    parameters: page(100),
    responses: answers('A page.', reference('BatchList')),
  },
  {
    method: 'get',
    path: '/v1/batches/{batchId}',
    operationId: 'retrieveBatch',
    tag: 'Batches',
    summary: 'Show a batch',
    parameters: [batchId],
    responses: answers('The batch.', reference('Batch')),
  },
  {
    method: 'post',
    path: '/v1/batches/{batchId}/cancel',
    operationId: 'cancelBatch',
    tag: 'Batches',
    summary: 'Cancel a batch',
    description: 'Finished lines are kept.',
    parameters: [batchId],
    responses: answers('The batch.', reference('Batch')),
  },
];

/** What is stored or listed. */
export const RESOURCE_OPERATIONS: readonly OperationDefinition[] = [...models, ...files, ...batches];
