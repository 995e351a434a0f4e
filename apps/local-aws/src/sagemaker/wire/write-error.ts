import type { ServerResponse } from 'node:http';
import type { AwsError } from './aws-error.js';

/** The errors that the service model declares; those common to all services spell their message in lower case. */
const modelledCodes: ReadonlySet<string> = new Set([
  'InternalDependencyException',
  'InternalFailure',
  'ModelError',
  'ModelNotReadyException',
  'ServiceUnavailable',
  'ValidationError',
]);

export function writeError(response: ServerResponse, error: AwsError, requestId: string): void {
  const messageMember = modelledCodes.has(error.code) ? 'Message' : 'message';
  const body = Buffer.from(JSON.stringify({ ...error.members, [messageMember]: error.message }));
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': error.code,
  });
  response.end(body);
}
