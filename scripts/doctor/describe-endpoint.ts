import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SageMakerTarget } from '#inference';
import { reasonOf, within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, skipped, warning, type Finding } from '#scripts/doctor/finding';

/** Asks SageMaker for an endpoint's status, where the identity may ask that. */
export async function describeEndpoint(target: SageMakerTarget, checkup: Checkup): Promise<Finding> {
  const name = `endpoint ${target.endpoint}`;
  if (isRuntimeElsewhere(checkup.environment))
    return skipped(name, 'The runtime is not AWS, so there is nobody to ask for its status.', 'Nothing to do.');
  const client = new SageMakerClient({
    maxAttempts: 2,
    ...(target.region === undefined ? {} : { region: target.region }),
  });
  try {
    const command = new DescribeEndpointCommand({ EndpointName: target.endpoint });
    const { EndpointStatus: status = 'unknown', FailureReason: reason } = await client.send(command, {
      abortSignal: within(checkup),
    });
    if (status === 'InService') return ok(name, status);
    const detail = reason === undefined ? status : `${status}: ${reason}`;
    return status === 'Failed' || status === 'OutOfService'
      ? failure(name, detail, 'Deploy it again, or take its models out of the catalog.')
      : warning(name, detail, 'Calls answer 503 until it is InService.');
  } catch (error) {
    return translate(name, error as Error);
  } finally {
    client.destroy();
  }
}

/** A stand-in for the runtime alone: the real control plane must not be asked about its endpoints. */
function isRuntimeElsewhere(environment: NodeJS.ProcessEnv): boolean {
  const isSet = (variable: string): boolean => (environment[variable] ?? '') !== '';
  return (
    isSet('AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME') && !isSet('AWS_ENDPOINT_URL_SAGEMAKER') && !isSet('AWS_ENDPOINT_URL')
  );
}

function translate(name: string, error: Error): Finding {
  if (/AccessDenied|NotAuthorized/.test(error.name))
    return skipped(
      name,
      'This identity may not ask for its status.',
      'Only discovery and this command need sagemaker:DescribeEndpoint; calls do not.',
    );
  // SageMaker says ValidationException of an endpoint that is not there, and of nothing else that can be asked here.
  if (error.name === 'ValidationException' || /could not find/i.test(error.message))
    return failure(
      name,
      reasonOf(error),
      'Put the name of an endpoint of this account and region into the catalog (with EMD: the stack output SageMakerEndpointName).',
    );
  return warning(name, reasonOf(error), 'SageMaker did not say. Try again, and check network and credentials.');
}
