import { parseDocument, readTextBody } from '../body/read-xml-body.js';
import type { S3Response } from '../http/s3-response.js';
import { S3Error, type S3ErrorCode } from '../s3-error.js';
import type { S3Operation } from './operation.js';

export interface BucketDocument {
  /** The query parameter that names it. */
  readonly subresource: string;
  /** Root element of the XML document; absent for JSON. */
  readonly rootName?: string;
  readonly missing: S3ErrorCode;
}

/** Configuration that is stored and given back as it came. Nothing here acts upon it: no object expires by itself. */
export const bucketDocuments = {
  lifecycle: { subresource: 'lifecycle', rootName: 'LifecycleConfiguration', missing: 'NoSuchLifecycleConfiguration' },
  cors: { subresource: 'cors', rootName: 'CORSConfiguration', missing: 'NoSuchCORSConfiguration' },
  tagging: { subresource: 'tagging', rootName: 'Tagging', missing: 'NoSuchTagSet' },
  policy: { subresource: 'policy', missing: 'NoSuchBucketPolicy' },
} as const satisfies Record<string, BucketDocument>;

export function putBucketDocument(document: BucketDocument): S3Operation {
  return async (request, store): Promise<S3Response> => {
    const bucket = store.bucket(request.bucket);
    const text = await readTextBody(request);
    if (document.rootName !== undefined) parseDocument(text, document.rootName);
    await store.putDocument(bucket, document.subresource, text);
    return { status: 200 };
  };
}

export function getBucketDocument(document: BucketDocument): S3Operation {
  return async (request, store): Promise<S3Response> => {
    const text = store.bucket(request.bucket).description.documents[document.subresource];
    if (text === undefined)
      throw new S3Error(document.missing, `The bucket has no ${document.subresource} configuration.`);
    const contentType = document.rootName === undefined ? 'application/json' : 'application/xml';
    return { status: 200, headers: { 'content-type': contentType }, body: text };
  };
}

export function deleteBucketDocument(document: BucketDocument): S3Operation {
  return async (request, store): Promise<S3Response> => {
    await store.putDocument(store.bucket(request.bucket), document.subresource, undefined);
    return { status: 204 };
  };
}
