import type { IncomingMessage } from 'node:http';
import { SignatureError, verifySignatureWithBody, type Credentials } from '../../signature/verify-signature.js';
import { AwsError } from './aws-error.js';

/** The names that services other than S3 have for the same failures. */
const nameOf: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  RequestTimeTooSkewed: 'InvalidSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  AccessDenied: 'IncompleteSignatureException',
};
const messageOf: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  RequestTimeTooSkewed: 'Signature expired: the time of the request is more than 15 min. away from the current time.',
  InvalidAccessKeyId: 'The security token included in the request is invalid.',
};

/**
 * The region that a request was signed for.
 * @throws AwsError with status 403 where the request is not signed as it must be
 */
export function authenticate(request: IncomingMessage, body: Buffer, credentials: Credentials): string {
  const { method = '', url = '', headers } = request;
  try {
    const verified = verifySignatureWithBody({ method, url, headers }, body, credentials);
    if (verified.service === 'sagemaker') return verified.region;
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new AwsError(nameOf[error.code] ?? error.code, 403, messageOf[error.code] ?? error.message);
  }
  throw new AwsError('InvalidSignatureException', 403, "Credential should be scoped to correct service: 'sagemaker'.");
}
