import type { OperationDefinition, ParameterObject } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

const uploadId: ParameterObject = {
  name: 'uploadId',
  in: 'path',
  required: true,
  description: 'Id of an upload.',
  schema: { type: 'string' },
};

/** Files that come in parts. */
export const UPLOAD_OPERATIONS: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/uploads',
    operationId: 'createUpload',
    tag: 'Uploads',
    summary: 'Begin an upload',
    description: 'It takes parts, and can be completed, for an hour.',
    requestBody: { required: true, content: json(reference('UploadRequest')) },
    responses: answers('The upload.', reference('Upload')),
  },
  {
    method: 'post',
    path: '/v1/uploads/{uploadId}/parts',
    operationId: 'addUploadPart',
    tag: 'Uploads',
    summary: 'Send a part',
    description: 'In any order and any number at once, up to 64 MiB each.',
    parameters: [uploadId],
    requestBody: { required: true, content: { 'multipart/form-data': { schema: reference('UploadPartRequest') } } },
    responses: answers('The part.', reference('UploadPart')),
  },
  {
    method: 'post',
    path: '/v1/uploads/{uploadId}/complete',
    operationId: 'completeUpload',
    tag: 'Uploads',
    summary: 'Make a file of the parts',
    description: 'Sent again, it answers with the same file.',
    parameters: [uploadId],
    requestBody: { required: true, content: json(reference('UploadCompletion')) },
    responses: answers('The upload, with its file.', reference('Upload')),
  },
  {
    method: 'post',
    path: '/v1/uploads/{uploadId}/cancel',
    operationId: 'cancelUpload',
    tag: 'Uploads',
    summary: 'Give an upload up',
    parameters: [uploadId],
    responses: answers('The upload.', reference('Upload')),
  },
  {
    method: 'post',
    path: '/v1/uploads/{uploadId}/part_links',
    operationId: 'createUploadPartLink',
    tag: 'Uploads',
    summary: 'Get a link to send a part to S3',
    description: 'PUT exactly that many bytes, with the headers given, before the upload expires.',
    parameters: [uploadId],
    requestBody: { required: true, content: json(reference('UploadPartLinkRequest')) },
    responses: answers('The link.', reference('UploadPartLink')),
  },
  {
    method: 'get',
    path: '/v1/files/{fileId}/content_link',
    operationId: 'createFileContentLink',
    tag: 'Files',
    summary: 'Get a link to read a file from S3',
    parameters: [{ ...uploadId, name: 'fileId', description: 'Id of a file.' }],
    responses: answers('The link.', reference('FileContentLink')),
  },
];
