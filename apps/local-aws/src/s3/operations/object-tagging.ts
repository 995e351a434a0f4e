import { malformedXml, readXmlBody } from '../body/read-xml-body.js';
import { checkTags } from '../http/object-headers.js';
import { xmlResponse } from '../http/s3-response.js';
import { childrenNamed, childText } from '../xml/read-xml.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';

export const putObjectTagging: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const [tagSet] = childrenNamed(await readXmlBody(request, 'Tagging'), 'TagSet');
  if (tagSet === undefined) throw malformedXml();
  const tags = childrenNamed(tagSet, 'Tag').map((tag) => {
    const [key, value] = [childText(tag, 'Key'), childText(tag, 'Value')];
    if (key === undefined || value === undefined) throw malformedXml();
    return { key, value };
  });
  checkTags(tags);
  await store.changeObject(bucket, request.key, (record) => ({ ...record, tags }));
  return { status: 200 };
};

export const getObjectTagging: S3Operation = async (request, store) => {
  const { handle, record } = await store.openObject(store.bucket(request.bucket), request.key);
  await handle.close();
  const tags = record.tags.map(({ key, value }) => element('Tag', [element('Key', key), element('Value', value)]));
  return xmlResponse(xmlDocument('Tagging', [element('TagSet', tags)]));
};

export const deleteObjectTagging: S3Operation = async (request, store) => {
  await store.changeObject(store.bucket(request.bucket), request.key, (record) => ({ ...record, tags: [] }));
  return { status: 204 };
};
