import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { listPage } from '../store/list-page.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import { commonPrefixElement, listedElement, readKeyEncoding, readPageLength } from './list-parameters.js';
import type { S3Operation } from './operation.js';

export const listObjectsV2: S3Operation = async ({ bucket, query }, store) => {
  const { index } = store.bucket(bucket);
  const encode = readKeyEncoding(query);
  const token = query.get('continuation-token');
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const startAfter = query.get('start-after') ?? '';
  const maxKeys = readPageLength(query, 'max-keys');
  const continueAt = token === undefined ? undefined : decodeToken(token);
  const page = listPage(index, {
    prefix,
    delimiter,
    startAfter,
    maxKeys,
    ...(continueAt === undefined ? {} : { continueAt }),
  });
  const content = [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    element('StartAfter', startAfter === '' ? undefined : encode(startAfter)),
    element('EncodingType', query.get('encoding-type') || undefined),
    element('MaxKeys', maxKeys),
    element('KeyCount', page.objects.length + page.commonPrefixes.length),
    element('IsTruncated', page.nextPosition !== undefined),
    element('ContinuationToken', token),
    element('NextContinuationToken', page.nextPosition === undefined ? undefined : encodeToken(page.nextPosition)),
    ...page.objects.map((object) => listedElement(object, encode, query.get('fetch-owner') === 'true')),
    ...page.commonPrefixes.map((common) => commonPrefixElement(encode(common))),
  ];
  return xmlResponse(xmlDocument('ListBucketResult', content));
};

/** A token is the position where the next page begins; clients must not read it. */
function encodeToken(position: string): string {
  return Buffer.from(position, 'latin1').toString('base64url');
}

function decodeToken(token: string): string {
  if (!/^[\w-]+$/.test(token)) throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return Buffer.from(token, 'base64url').toString('latin1');
}
