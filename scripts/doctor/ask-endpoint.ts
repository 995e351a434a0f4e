import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { SageMakerTarget } from '#inference';
import { reasonOf, within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';

/** No model takes it for a request: the container refuses it at once, and with that has shown that it is there. */
const NO_REQUEST = Buffer.from('{}');

/** Sends an empty request, to see whether this identity may call and a container answers. */
export async function askEndpoint(target: SageMakerTarget, checkup: Checkup): Promise<Finding> {
  const name = `call to ${target.endpoint}`;
  const client = new SageMakerRuntimeClient({
    maxAttempts: 1,
    ...(target.region === undefined ? {} : { region: target.region }),
  });
  try {
    const command = new InvokeEndpointCommand({
      EndpointName: target.endpoint,
      ContentType: 'application/json',
      Body: NO_REQUEST,
      ...(target.inferenceComponent === undefined ? {} : { InferenceComponentName: target.inferenceComponent }),
    });
    await client.send(command, { abortSignal: within(checkup) });
    return ok(name, 'It answers.');
  } catch (error) {
    return translate(name, error as Error & { OriginalStatusCode?: number });
  } finally {
    client.destroy();
  }
}

function translate(name: string, error: Error & { OriginalStatusCode?: number }): Finding {
  const reason = reasonOf(error);
  switch (error.name) {
    case 'ModelError':
      return ok(name, `It answers (an empty request is refused with ${error.OriginalStatusCode ?? 'an error'}).`);
    case 'AccessDeniedException':
      return failure(name, reason, 'Allow sagemaker:InvokeEndpoint on it; docs/aws.md has the policy.');
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'ExpiredTokenException':
      return failure(name, reason, 'AWS does not take the credentials. See the finding on credentials.');
    case 'ThrottlingException':
    case 'ModelNotReadyException':
    case 'ServiceUnavailable':
      return warning(name, reason, 'It is busy or loading. Callers get 429 or 503 and try again.');
    default:
      return translateRest(name, reason);
  }
}

function translateRest(name: string, reason: string): Finding {
  if (/no capacity|not in service|scal/i.test(reason))
    return warning(name, reason, 'It sleeps or has no instance. The first call wakes it where scaling is set up.');
  if (/not found|could not find/i.test(reason))
    return failure(name, reason, 'Put the name of an endpoint of this account and region into the catalog.');
  return failure(name, reason, 'Check AWS_REGION, network and endpoint; callers get 503 meanwhile.');
}
