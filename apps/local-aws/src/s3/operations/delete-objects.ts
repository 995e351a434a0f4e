import { malformedXml, readXmlBody } from '../body/read-xml-body.js';
import { requireMatch } from '../conditions/write-condition.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import type { Bucket } from '../store/bucket.js';
import type { ObjectStore } from '../store/object-store.js';
import { childrenNamed, childText, type XmlElement } from '../xml/read-xml.js';
import { element, xmlDocument, type XmlFragment } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';

const maxObjects = 1000;

export const deleteObjects: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const root = await readXmlBody(request, 'Delete');
  const objects = childrenNamed(root, 'Object');
  if (objects.length === 0 || objects.length > maxObjects) throw malformedXml();
  const quiet = childText(root, 'Quiet') === 'true';
  const results = await Promise.all(objects.map((object) => deleteOne(object, bucket, store)));
  const content = results.filter((result) => !(quiet && result.deleted)).map(({ markup }) => markup);
  return xmlResponse(xmlDocument('DeleteResult', content));
};

async function deleteOne(
  object: XmlElement,
  bucket: Bucket,
  store: ObjectStore,
): Promise<{ deleted: boolean; markup: XmlFragment }> {
  const key = childText(object, 'Key');
  const etag = childText(object, 'ETag');
  if (key === undefined) throw malformedXml();
  try {
    await store.deleteObject(bucket, key, (existing) => {
      if (etag !== undefined) requireMatch(etag, existing?.etag, key);
    });
    return { deleted: true, markup: element('Deleted', [element('Key', key)]) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const content = [element('Key', key), element('Code', error.code), element('Message', error.message)];
    return { deleted: false, markup: element('Error', content) };
  }
}
