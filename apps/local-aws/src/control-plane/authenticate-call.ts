import type { IncomingMessage } from 'node:http';
import { AwsError } from '../sagemaker/wire/aws-error.js';
import { SignatureError, verifySignatureWithBody, type Credentials } from '../signature/verify-signature.js';
import type { ControlPlaneService } from './control-plane-operation.js';

/** The region that a call was signed for. @throws AwsError with status 403 where it is not signed for its service. */
export function authenticateCall(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  { credentials, service }: { readonly credentials: Credentials; readonly service: ControlPlaneService },
): string {
  try {
    const verified = verifySignatureWithBody({ method, url, headers }, body, credentials);
    if (verified.service === service) return verified.region;
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new AwsError(nameOf(error), 403, error.message);
  }
  throw new AwsError('InvalidSignatureException', 403, `Credential should be scoped to correct service: '${service}'.`);
}

function nameOf({ code }: SignatureError): string {
  return code === 'InvalidAccessKeyId' ? 'UnrecognizedClientException' : 'InvalidSignatureException';
}
