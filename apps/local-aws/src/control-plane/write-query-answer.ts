import { randomUUID } from 'node:crypto';
import { element, type XmlFragment } from '../s3/xml/write-xml.js';
import type { AwsError } from '../sagemaker/wire/aws-error.js';

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** The answer of an operation in the query dialect. */
export function queryDocument(operation: string, result: readonly XmlFragment[]): string {
  return envelope(`${operation}Response`, [
    element(`${operation}Result`, result),
    element('ResponseMetadata', [element('RequestId', randomUUID())]),
  ]);
}

/** An error in the query dialect. */
export function queryErrorDocument(error: AwsError, requestId: string): string {
  return envelope('ErrorResponse', [
    element('Error', [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', error.code),
      element('Message', error.message),
    ]),
    element('RequestId', requestId),
  ]);
}

function envelope(name: string, content: readonly XmlFragment[]): string {
  return `<${name} xmlns="${namespace}">${content.map(({ markup }) => markup).join('')}</${name}>`;
}
