import { SignatureError } from '../../signature/verify-signature.js';
import { S3Error } from '../s3-error.js';
import { element, XmlFragment } from '../xml/write-xml.js';
import type { S3Response } from './s3-response.js';

export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly details?: Readonly<Record<string, string>>;
}

/** What the client is told of an error: its own code and text, or only that something failed here. */
export function describeError(error: unknown): ErrorDocument {
  if (error instanceof S3Error) return error;
  if (error instanceof SignatureError) return describeRefusal(error);
  return { code: 'InternalError', status: 500, message: 'We encountered an internal error. Please try again.' };
}

export function renderError(error: ErrorDocument, requestId: string): S3Response {
  const details = Object.entries(error.details ?? {}).map(([name, value]) => element(name, value));
  const content: XmlFragment[] = [
    element('Code', error.code),
    element('Message', error.message),
    ...details,
    element('RequestId', requestId),
  ];
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', content).markup}`;
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body };
}

/** S3 words the lack of a signature differently from other services. */
function describeRefusal(error: SignatureError): ErrorDocument {
  const anonymous = error.code === 'MissingAuthenticationToken';
  return anonymous ? new S3Error('AccessDenied', 'Access Denied') : error;
}
