import type { ServerResponse } from 'node:http';
import type { AwsError } from '../wire/aws-error.js';

// The route has names of its own for what the other operations call exceptions.
const codeOf: Readonly<Record<string, string>> = {
  ModelError: 'model_error',
  ValidationError: 'validation_error',
  ThrottlingException: 'throttling_error',
  ModelNotReadyException: 'model_not_ready',
  AccessDeniedException: 'access_denied',
};

/** The front door's own envelope, which also quotes what a container said. */
export function writeRouteError(response: ServerResponse, error: AwsError, requestId: string): void {
  const isCallersFault = error.status < 500 && error.code !== 'ModelError';
  const body = Buffer.from(
    JSON.stringify({
      error: {
        message: error.message,
        type: isCallersFault ? 'invalid_request_error' : 'server_error',
        code: codeOf[error.code] ?? 'internal_error',
      },
    }),
  );
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': requestId,
  });
  response.end(body);
}
