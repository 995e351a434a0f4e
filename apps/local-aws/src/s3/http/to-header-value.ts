import { S3Error } from '../s3-error.js';

/**
 * A text from a query string or a form, if a header may carry it.
 * @throws S3Error InvalidArgument where it could end the header, or holds characters that headers do not have
 */
export function toHeaderValue(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
    throw new S3Error('InvalidArgument', 'A header value must not hold control characters.');
  }
  if (/[\u0100-\uffff]/.test(text)) {
    throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.');
  }
  return text;
}
