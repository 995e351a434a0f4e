import type { S3Request } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import { readXml, type XmlElement, XmlSyntaxError } from '../xml/read-xml.js';
import { receiveBody } from './receive-body.js';

// Ten thousand parts with a checksum each are 2.5 MB; a thousand keys of 1,024 escaped bytes less than that.
const maxDocumentBytes = 8 * 1024 * 1024;

export async function readTextBody(request: S3Request): Promise<string> {
  const pieces: Buffer[] = [];
  await receiveBody(request, { maxBytes: maxDocumentBytes, write: (bytes) => void pieces.push(bytes) });
  return Buffer.concat(pieces).toString('utf8');
}

/** @throws S3Error MalformedXML where the body is no document with that root element */
export async function readXmlBody(request: S3Request, rootName: string): Promise<XmlElement> {
  return parseDocument(await readTextBody(request), rootName);
}

export function parseDocument(text: string, rootName: string): XmlElement {
  try {
    const root = readXml(text);
    if (root.name === rootName) return root;
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw malformedXml(error);
  }
  throw malformedXml();
}

export function malformedXml(cause?: unknown): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { cause },
  );
}
