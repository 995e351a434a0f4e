import { HttpException, NotFoundException } from '@nestjs/common';
import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';

interface FrameworkFault {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly status?: number;
}

const TOO_MANY_PARTS: FrameworkFault = {
  reason: 'body_too_large',
  message: 'The form has too many parts. Send one file and its fields.',
};

const BODY_TOO_LARGE = 'FST_ERR_CTP_BODY_TOO_LARGE';

/** Failures that the framework meets before a handler runs, by the framework's own code. */
const FRAMEWORK_FAULTS: Readonly<Record<string, FrameworkFault>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    reason: 'unsupported_content_type',
    message: "The Content-Type header is not valid. Send 'Content-Type: application/json'.",
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    reason: 'invalid_request',
    message: 'The request body is not as long as its Content-Length header says.',
  },
  FST_ERR_BAD_URL: { reason: 'invalid_request', message: 'The request URL is not valid: check its percent-encoding.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    reason: 'invalid_request',
    message: 'A part of the request URL is too long.',
    status: 414,
  },
  FST_REQ_FILE_TOO_LARGE: {
    reason: 'body_too_large',
    message: 'The file is too large. Split it and upload the parts.',
  },
  FST_PARTS_LIMIT: TOO_MANY_PARTS,
  FST_FILES_LIMIT: TOO_MANY_PARTS,
  FST_FIELDS_LIMIT: TOO_MANY_PARTS,
  FST_PROTO_VIOLATION: { reason: 'invalid_request', message: 'A field of the form has a name that is not allowed.' },
  FST_INVALID_JSON_FIELD_ERROR: { reason: 'invalid_request', message: 'A JSON field of the form is not valid JSON.' },
  FST_MP_PREMATURE_CLOSE: {
    reason: 'client_closed_request',
    message: 'The connection closed before the form was complete.',
  },
};

/**
 * Every failure that reaches the edge, as one of the closed list.
 *
 * @param maxBodyBytes the limit to name when a body was over it.
 */
export function toGatewayError(error: unknown, maxBodyBytes?: number): GatewayError {
  if (GatewayError.is(error)) return error;
  const original = error instanceof HttpException && error.cause instanceof Error ? error.cause : error;
  const fault = codeOf(original) === BODY_TOO_LARGE ? bodyTooLarge(maxBodyBytes) : FRAMEWORK_FAULTS[codeOf(original)];
  if (fault !== undefined) {
    const { reason, message, status } = fault;
    return new GatewayError(reason, message, { cause: original, ...(status === undefined ? {} : { status }) });
  }
  if (error instanceof NotFoundException) {
    return new GatewayError('unknown_url', 'Unknown request URL. Please check the URL for typos.', { cause: error });
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return new GatewayError('invalid_request', error.message, { cause: error, status: error.getStatus() });
  }
  return new GatewayError(
    'internal_error',
    'The server had an error while processing your request. Please try again, and give the request id if it persists.',
    {
      cause: error,
    },
  );
}

function bodyTooLarge(maxBytes: number | undefined): FrameworkFault {
  const limit = maxBytes === undefined ? 'too large' : `larger than ${maxBytes} bytes`;
  return {
    reason: 'body_too_large',
    message: `The request body is ${limit}. Send fewer inputs per request, or use a batch.`,
  };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
