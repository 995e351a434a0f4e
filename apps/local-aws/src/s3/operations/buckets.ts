import { parseDocument, readTextBody } from '../body/read-xml-body.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { listUploads } from '../store/multipart-uploads.js';
import { childText } from '../xml/read-xml.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';
import { ownerElement } from './owner.js';

const defaultRegion = 'us-east-1';

export const listBuckets: S3Operation = async (_request, store) => {
  const buckets = store.listBuckets().map(({ description }) => {
    const created = new Date(description.createdAtMs).toISOString();
    return element('Bucket', [element('Name', description.name), element('CreationDate', created)]);
  });
  return xmlResponse(xmlDocument('ListAllMyBucketsResult', [ownerElement(), element('Buckets', buckets)]));
};

export const createBucket: S3Operation = async (request, store) => {
  const name = request.bucket;
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
  if (!wellFormed || /^\d+\.\d+\.\d+\.\d+$/.test(name)) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { details: { BucketName: name } });
  }
  const body = await readTextBody(request);
  const constraint =
    body === '' ? undefined : childText(parseDocument(body, 'CreateBucketConfiguration'), 'LocationConstraint');
  const existed = store.findBucket(name) !== undefined;
  const bucket = await store.createBucket(name, constraint ?? defaultRegion);
  // Only us-east-1 takes a second creation by the owner for granted.
  if (existed && bucket.description.region !== defaultRegion) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
    );
  }
  return { status: 200, headers: { location: `/${name}` } };
};

export const headBucket: S3Operation = async (request, store) => {
  const { region } = store.bucket(request.bucket).description;
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
};

export const deleteBucket: S3Operation = async (request, store) => {
  const uploads = await listUploads(store.bucket(request.bucket));
  if (uploads.length > 0) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete has unfinished uploads');
  await store.deleteBucket(request.bucket);
  return { status: 204 };
};

export const getBucketLocation: S3Operation = async (request, store) => {
  const { region } = store.bucket(request.bucket).description;
  return xmlResponse(xmlDocument('LocationConstraint', region === defaultRegion ? '' : region));
};

/** Versions are never kept, which is what an empty document says. */
export const getBucketVersioning: S3Operation = async (request, store) => {
  store.bucket(request.bucket);
  return xmlResponse(xmlDocument('VersioningConfiguration', []));
};
