import { encodeUri } from '../../signature/encode-uri.js';
import { S3Error } from '../s3-error.js';
import type { ListedObject } from '../store/object-record.js';
import { element, type XmlFragment } from '../xml/write-xml.js';
import { ownerElement } from './owner.js';

type Query = ReadonlyMap<string, string>;

const maxPageLength = 1000;

/** `max-keys` and its like: at most a thousand, which is also the default. @throws S3Error InvalidArgument */
export function readPageLength(query: Query, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return maxPageLength;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  }
  return Math.min(Number(text), maxPageLength);
}

/** How keys are written in the answer: as they are, or percent-encoded on request. @throws S3Error InvalidArgument */
export function readKeyEncoding(query: Query): (text: string) => string {
  const encoding = query.get('encoding-type') ?? '';
  if (encoding === '') return (text) => text;
  if (encoding !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (text) => encodeUri(text).replaceAll('%2F', '/');
}

export function listedElement(object: ListedObject, encode: (text: string) => string, withOwner: boolean): XmlFragment {
  return element('Contents', [
    element('Key', encode(object.key)),
    element('LastModified', new Date(object.lastModifiedMs).toISOString()),
    element('ETag', `"${object.etag}"`),
    element('Size', object.size),
    ...(withOwner ? [ownerElement()] : []),
    element('StorageClass', object.storageClass),
  ]);
}

export function commonPrefixElement(prefix: string): XmlFragment {
  return element('CommonPrefixes', [element('Prefix', prefix)]);
}
