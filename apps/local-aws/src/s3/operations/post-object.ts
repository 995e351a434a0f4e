import { readLengthRange } from '../http/verify-post-policy.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';
import { writtenHeaders } from './put-object.js';
import { storeBody } from './store-object.js';

/** A browser's form: its policy has been verified, its fields stand for headers. */
export const postObject: S3Operation = async (request, store) => {
  if (request.form === undefined) throw new S3Error('InvalidRequest', 'A form must be sent as multipart/form-data.');
  if (request.key === '') throw new S3Error('InvalidArgument', 'Bucket POST must contain a field named "key".');
  const record = await storeBody(request, store, readLengthRange(request.form) ?? {});
  const headers = writtenHeaders(record);
  const redirect = request.headers['success_action_redirect'];
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  const status = request.headers['success_action_status'];
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const content = [element('Bucket', request.bucket), element('Key', request.key), element('ETag', `"${record.etag}"`)];
  return xmlResponse(xmlDocument('PostResponse', content), 201);
};
