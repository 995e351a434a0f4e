import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { translateS3Error } from './translate-s3-error.js';

const PLACE = { bucket: 'my-bucket', key: 't/tenant/object' };

function failure(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(`${name} at t/tenant/object`), { name, $metadata: { attempts: 1, httpStatusCode } });
}

describe('translateS3Error', () => {
  it.each([
    ['NoSuchKey', 404, 'not_found'],
    ['NotFound', 404, 'not_found'],
    ['PreconditionFailed', 412, 'precondition_failed'],
    ['ConditionalRequestConflict', 409, 'precondition_failed'],
    ['InvalidRange', 416, 'range_not_satisfiable'],
    ['InternalError', 500, 'storage_unavailable'],
    ['SlowDown', 503, 'storage_unavailable'],
    ['TooManyRequests', 429, 'storage_unavailable'],
    ['AccessDenied', 403, 'storage_unavailable'],
    ['ExpiredToken', 400, 'storage_unavailable'],
    ['RequestTimeout', 400, 'storage_unavailable'],
    ['NoSuchUpload', 404, 'storage_unavailable'],
    ['OperationAborted', 409, 'storage_unavailable'],
    ['TimeoutError', undefined, 'storage_unavailable'],
    ['CredentialsProviderError', undefined, 'storage_unavailable'],
    ['SyntaxError', 200, 'storage_unavailable'],
    ['EntityTooSmall', 400, 'internal_error'],
    ['NotImplemented', 501, 'internal_error'],
  ])('makes of %s (%s) %s', (name, status, reason) => {
    const cause = failure(name, status);
    const error = translateS3Error(cause, PLACE);
    expect(error).toMatchObject({ reason, cause });
    expect(error.details).toMatchObject({ key: PLACE.key, code: name });
  });

  it('asks for a later retry of what may pass', () => {
    expect(translateS3Error(failure('SlowDown', 503), PLACE)).toMatchObject({ retryable: true, retryAfterSeconds: 5 });
  });

  it('names a bucket that is missing, and the remedy', () => {
    const error = translateS3Error(failure('NoSuchBucket', 404), PLACE);
    expect(error).toMatchObject({ reason: 'storage_unavailable' });
    expect(error.message).toContain("'my-bucket'");
    expect(error.message).toContain('SLUICE_BUCKET');
  });

  it('tells callers nothing of keys', () => {
    expect(translateS3Error(failure('NoSuchKey', 404), PLACE).message).not.toContain('tenant');
  });

  it('leaves our own errors as they are', () => {
    const error = new GatewayError('conflict', 'There is one already.');
    expect(translateS3Error(error, PLACE)).toBe(error);
  });
});
