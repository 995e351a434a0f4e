import { GatewayError } from '#platform';

const RETRY_AFTER_SECONDS = 5;

/** Answers with a 4xx status that pass by themselves: a slow or damaged upload, an aged token, an upload that a clean-up removed. */
const PASSING_CODES = new Set([
  'BadDigest',
  'ExpiredToken',
  'IncompleteBody',
  'InvalidToken',
  'NoSuchUpload',
  'OperationAborted',
  'RequestTimeout',
  'TokenRefreshRequired',
  'XAmzContentSHA256Mismatch',
]);
/** Too slow, too many, and refused: permissions and credentials are the operator's to mend, and mending them needs no new request. */
const PASSING_STATUSES = new Set([401, 403, 408, 425, 429]);
const NOT_IMPLEMENTED = 501;
const CONFLICT_CODES = new Set(['ConditionalRequestConflict', 'PreconditionFailed']);
const MISSING_CODES = new Set(['NoSuchKey', 'NotFound']);

/** What was asked for, for the log. */
export interface S3Place {
  readonly bucket: string;
  readonly key?: string;
}

/** The one place where S3's failures, and those of the way to S3, become ours. */
export function translateS3Error(error: unknown, place: S3Place): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error ? error.name : String(error);
  const status = readHttpStatus(error);
  const options = { cause: error, details: { ...place, code, httpStatus: status } };

  if (code === 'NoSuchBucket') {
    return new GatewayError(
      'storage_unavailable',
      `The storage bucket '${place.bucket}' does not exist. Create it, or name another one in SLUICE_BUCKET.`,
      { ...options, retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }
  if (CONFLICT_CODES.has(code) || status === 412) {
    return new GatewayError('precondition_failed', 'The stored object is not in the state that was expected.', options);
  }
  if (code === 'InvalidRange' || status === 416) {
    return new GatewayError('range_not_satisfiable', 'The range lies outside of the stored object.', options);
  }
  if (isPassing(code, status)) return storageUnavailable(error, place, options.details);
  if (MISSING_CODES.has(code) || status === 404) {
    return new GatewayError('not_found', 'The stored object does not exist.', options);
  }
  return new GatewayError('internal_error', 'The storage refused a request of the server.', options);
}

export function storageUnavailable(
  cause: unknown,
  place: S3Place,
  details: Readonly<Record<string, unknown>> = { ...place },
): GatewayError {
  return new GatewayError('storage_unavailable', 'The storage does not answer as it should at the moment. Try again.', {
    cause,
    details,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

function isPassing(code: string, status: number | undefined): boolean {
  if (PASSING_CODES.has(code)) return true;
  if (status === NOT_IMPLEMENTED) return false;
  if (status === undefined || status < 400 || status >= 500) return !MISSING_CODES.has(code);
  return PASSING_STATUSES.has(status);
}

function readHttpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
