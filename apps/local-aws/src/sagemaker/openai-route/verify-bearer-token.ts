import { SignatureError, verifySignature, type Credentials } from '../../signature/verify-signature.js';
import { AwsError } from '../wire/aws-error.js';

const tokenPrefix = 'sagemaker-api-key-';
const signedHost = 'sagemaker.amazonaws.com';
const versionSuffix = '&Version=1';
const maxExpiresSeconds = 43_200;

/**
 * The region that a bearer token was minted for. A token is a presigned request in base64: whoever made it held the
 * credentials, and it ends when the request would.
 * @throws AwsError with status 403 where the token is none, is over or was signed with other credentials
 */
export function verifyBearerToken(authorization: string | undefined, credentials: Credentials): string {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refuse('Missing Authentication Token');
  if (!token.startsWith(tokenPrefix)) throw refuse('The bearer token is not valid.');
  const text = Buffer.from(token.slice(tokenPrefix.length), 'base64').toString('utf8');
  const start = `${signedHost}/?`;
  if (!text.startsWith(start) || !text.endsWith(versionSuffix)) throw refuse('The bearer token is not valid.');
  const query = text.slice(start.length, -versionSuffix.length);
  checkParameters(new URLSearchParams(query));
  try {
    const request = { method: 'POST', url: `/?${query}`, headers: { host: signedHost } };
    const { service, region } = verifySignature(request, credentials);
    if (service === 'sagemaker') return region;
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw refuse(`The bearer token is not valid: ${error.message}`);
  }
  throw refuse('The bearer token was minted for another service.');
}

function checkParameters(parameters: URLSearchParams): void {
  if (parameters.get('Action') !== 'CallWithBearerToken')
    throw refuse('The bearer token was minted for another action.');
  if (Number(parameters.get('X-Amz-Expires')) > maxExpiresSeconds) throw refuse('The bearer token lives too long.');
}

function refuse(message: string): AwsError {
  return new AwsError('AccessDeniedException', 403, message);
}
