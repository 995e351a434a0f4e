import { checkReadCondition, preconditionFailed } from '../conditions/read-condition.js';
import { readWriteCondition } from '../conditions/write-condition.js';
import { readChecksumAlgorithm, readObjectAttributes } from '../http/object-headers.js';
import { parseCopySource } from '../http/parse-address.js';
import type { S3Request } from '../http/s3-request.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import type { OpenObjectFile } from '../store/object-file.js';
import type { ObjectAttributes, ObjectRecord } from '../store/object-record.js';
import type { ObjectStore } from '../store/object-store.js';
import { element, xmlDocument, type XmlFragment } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';
import { copyContent, toRecord } from './store-object.js';

export const copyObject: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const condition = readWriteCondition(request.headers, request.key);
  refuseIdleCopy(request);
  const source = await openCopySource(request, store);
  await using staged = store.staging.createFile();
  let record: ObjectRecord;
  try {
    const algorithm =
      readChecksumAlgorithm(request.headers['x-amz-checksum-algorithm']) ?? source.record.checksum?.algorithm;
    const content = await copyContent(source, { start: 0, length: source.record.size }, staged, algorithm);
    record = toRecord(request.key, copiedAttributes(request, source.record), content);
  } finally {
    await source.handle.close();
  }
  await store.commitObject(bucket, staged, record, condition);
  return xmlResponse(xmlDocument('CopyObjectResult', copyResult(record)));
};

/** Opens what `x-amz-copy-source` names, if its conditions hold. The caller closes the handle. */
export async function openCopySource(
  { headers }: S3Request,
  store: ObjectStore,
): Promise<OpenObjectFile<ObjectRecord>> {
  const address = parseCopySource(headers['x-amz-copy-source'] ?? '');
  const source = await store.openObject(store.bucket(address.bucket), address.key);
  try {
    if (checkReadCondition(headers, source.record, 'x-amz-copy-source-') === 'met') return source;
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  } catch (error) {
    await source.handle.close();
    throw error;
  }
}

export function copyResult(
  copied: Pick<ObjectRecord, 'etag' | 'lastModifiedMs'> & { checksum?: { algorithm: string; value: string } },
): XmlFragment[] {
  return [
    element('LastModified', new Date(copied.lastModifiedMs).toISOString()),
    element('ETag', `"${copied.etag}"`),
    ...(copied.checksum === undefined ? [] : [element(`Checksum${copied.checksum.algorithm}`, copied.checksum.value)]),
  ];
}

/** A copy onto itself that changes nothing is refused by S3 too. */
function refuseIdleCopy({ bucket, key, headers }: S3Request): void {
  const source = parseCopySource(headers['x-amz-copy-source'] ?? '');
  const changes = ['x-amz-storage-class', 'x-amz-server-side-encryption', 'x-amz-website-redirect-location'];
  if (source.bucket !== bucket || source.key !== key || isReplacing(headers['x-amz-metadata-directive'])) return;
  if (changes.some((name) => headers[name] !== undefined)) return;
  throw new S3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function copiedAttributes({ headers }: S3Request, source: ObjectRecord): ObjectAttributes {
  const stated = readObjectAttributes(headers);
  const tags = isReplacing(headers['x-amz-tagging-directive']) ? stated.tags : source.tags;
  if (isReplacing(headers['x-amz-metadata-directive'])) return { ...stated, tags };
  // Storage class and encryption are never copied: they are the request's, or the bucket's default.
  const properties = Object.entries(stated.headers).filter(([name]) => name.startsWith('x-amz-'));
  const copied = Object.entries(source.headers).filter(([name]) => !name.startsWith('x-amz-'));
  return { headers: Object.fromEntries([...copied, ...properties]), metadata: source.metadata, tags };
}

/** @throws S3Error InvalidArgument */
function isReplacing(directive: string | undefined): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw new S3Error('InvalidArgument', `Unknown directive ${directive}.`);
}
