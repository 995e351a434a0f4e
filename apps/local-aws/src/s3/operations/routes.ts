import { abortMultipartUpload } from './abort-multipart-upload.js';
import { bucketDocuments, deleteBucketDocument, getBucketDocument, putBucketDocument } from './bucket-documents.js';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from './buckets.js';
import { completeMultipartUpload } from './complete-multipart-upload.js';
import { copyObject } from './copy-object.js';
import { createMultipartUpload } from './create-multipart-upload.js';
import { deleteObject } from './delete-object.js';
import { deleteObjects } from './delete-objects.js';
import { getObject, headObject } from './get-object.js';
import { listMultipartUploads } from './list-multipart-uploads.js';
import { listObjects } from './list-objects.js';
import { listObjectsV2 } from './list-objects-v2.js';
import { listParts } from './list-parts.js';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.js';
import type { S3Operation } from './operation.js';
import { postObject } from './post-object.js';
import { putObject } from './put-object.js';
import { uploadPart, uploadPartCopy } from './upload-part.js';

export interface Route {
  /** As the SDK names the operation. */
  readonly operation: string;
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  /** The query parameter that tells this operation from its neighbours. */
  readonly subresource?: string;
  readonly header?: string;
  readonly run: S3Operation;
}

const { lifecycle, cors, tagging, policy } = bucketDocuments;

const serviceRoutes: readonly Route[] = [
  { operation: 'ListBuckets', method: 'GET', level: 'service', run: listBuckets },
];

const bucketRoutes: readonly Route[] = (
  [
    ['PutBucketLifecycleConfiguration', 'PUT', putBucketDocument(lifecycle), 'lifecycle'],
    ['GetBucketLifecycleConfiguration', 'GET', getBucketDocument(lifecycle), 'lifecycle'],
    ['DeleteBucketLifecycle', 'DELETE', deleteBucketDocument(lifecycle), 'lifecycle'],
    ['PutBucketCors', 'PUT', putBucketDocument(cors), 'cors'],
    ['GetBucketCors', 'GET', getBucketDocument(cors), 'cors'],
    ['DeleteBucketCors', 'DELETE', deleteBucketDocument(cors), 'cors'],
    ['PutBucketTagging', 'PUT', putBucketDocument(tagging), 'tagging'],
    ['GetBucketTagging', 'GET', getBucketDocument(tagging), 'tagging'],
    ['DeleteBucketTagging', 'DELETE', deleteBucketDocument(tagging), 'tagging'],
    ['PutBucketPolicy', 'PUT', putBucketDocument(policy), 'policy'],
    ['GetBucketPolicy', 'GET', getBucketDocument(policy), 'policy'],
    ['DeleteBucketPolicy', 'DELETE', deleteBucketDocument(policy), 'policy'],
    ['GetBucketLocation', 'GET', getBucketLocation, 'location'],
    ['GetBucketVersioning', 'GET', getBucketVersioning, 'versioning'],
    ['ListMultipartUploads', 'GET', listMultipartUploads, 'uploads'],
    ['ListObjectsV2', 'GET', listObjectsV2, 'list-type'],
    ['DeleteObjects', 'POST', deleteObjects, 'delete'],
    ['CreateBucket', 'PUT', createBucket],
    ['HeadBucket', 'HEAD', headBucket],
    ['DeleteBucket', 'DELETE', deleteBucket],
    ['ListObjects', 'GET', listObjects],
  ] as const
).map(([operation, method, run, subresource]) => ({
  operation,
  method,
  level: 'bucket',
  run,
  ...(subresource === undefined ? {} : { subresource }),
}));

const objectRoutes: readonly Route[] = (
  [
    ['UploadPartCopy', 'PUT', uploadPartCopy, 'uploadId', 'x-amz-copy-source'],
    ['UploadPart', 'PUT', uploadPart, 'uploadId'],
    ['ListParts', 'GET', listParts, 'uploadId'],
    ['AbortMultipartUpload', 'DELETE', abortMultipartUpload, 'uploadId'],
    ['CompleteMultipartUpload', 'POST', completeMultipartUpload, 'uploadId'],
    ['CreateMultipartUpload', 'POST', createMultipartUpload, 'uploads'],
    ['PutObjectTagging', 'PUT', putObjectTagging, 'tagging'],
    ['GetObjectTagging', 'GET', getObjectTagging, 'tagging'],
    ['DeleteObjectTagging', 'DELETE', deleteObjectTagging, 'tagging'],
    ['CopyObject', 'PUT', copyObject, undefined, 'x-amz-copy-source'],
    ['PutObject', 'PUT', putObject],
    ['GetObject', 'GET', getObject],
    ['HeadObject', 'HEAD', headObject],
    ['DeleteObject', 'DELETE', deleteObject],
  ] as const
).map(([operation, method, run, subresource, header]) => ({
  operation,
  method,
  level: 'object',
  run,
  ...(subresource === undefined ? {} : { subresource }),
  ...(header === undefined ? {} : { header }),
}));

/** The more specific routes of a level stand first. */
export const routes: readonly Route[] = [...serviceRoutes, ...bucketRoutes, ...objectRoutes];

/** A browser's form is told by its body, not by its address. */
export const postObjectRoute: Route = { operation: 'PostObject', method: 'POST', level: 'bucket', run: postObject };
