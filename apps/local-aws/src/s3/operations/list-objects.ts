import { xmlResponse } from '../http/s3-response.js';
import { listPage } from '../store/list-page.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import { commonPrefixElement, listedElement, readKeyEncoding, readPageLength } from './list-parameters.js';
import type { S3Operation } from './operation.js';

/** The first version of listing, which older clients use: pages go on behind a marker. */
export const listObjects: S3Operation = async ({ bucket, query }, store) => {
  const { index } = store.bucket(bucket);
  const encode = readKeyEncoding(query);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const marker = query.get('marker') ?? '';
  const maxKeys = readPageLength(query, 'max-keys');
  const page = listPage(index, { prefix, delimiter, startAfter: marker, maxKeys });
  const isTruncated = page.nextPosition !== undefined;
  const nextMarker = isTruncated && delimiter !== '' ? page.lastName : undefined;
  const content = [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    element('Marker', encode(marker)),
    element('NextMarker', nextMarker === undefined ? undefined : encode(nextMarker)),
    element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    element('EncodingType', query.get('encoding-type') || undefined),
    element('MaxKeys', maxKeys),
    element('IsTruncated', isTruncated),
    ...page.objects.map((object) => listedElement(object, encode, true)),
    ...page.commonPrefixes.map((common) => commonPrefixElement(encode(common))),
  ];
  return xmlResponse(xmlDocument('ListBucketResult', content));
};
