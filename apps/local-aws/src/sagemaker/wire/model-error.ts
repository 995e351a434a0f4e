import { accountId } from './account.js';
import { AwsError } from './aws-error.js';

export interface ModelErrorPlace {
  readonly endpointName: string;
  readonly region: string;
}

/** What SageMaker makes of a container that answered with an error: its words, and where its log is to be found. */
export function createModelError(place: ModelErrorPlace, status: number, containerBody: string): AwsError {
  const isClientFault = status >= 400 && status < 500;
  const message = `Received ${isClientFault ? 'client' : 'server'} error (${status}) from primary with message "${containerBody}".`;
  return new AwsError('ModelError', 424, `${message} ${describeLog(place)}`, {
    ErrorCode: isClientFault ? 'CLIENT_ERROR_FROM_MODEL' : 'INTERNAL_FAILURE_FROM_MODEL',
    LogStreamArn: `arn:aws:logs:${place.region}:${accountId}:log-group:/aws/sagemaker/Endpoints/${place.endpointName}`,
    OriginalMessage: containerBody,
    OriginalStatusCode: status,
  });
}

/** A container that did not answer in time has no status; AWS says 0. */
export function createModelTimeoutError(place: ModelErrorPlace): AwsError {
  return createModelError(
    place,
    0,
    'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.',
  );
}

/** A container that answered more than SageMaker passes on. */
export function createOversizedAnswerError(place: ModelErrorPlace): AwsError {
  const { members } = createModelError(place, 0, '');
  return new AwsError(
    'ModelError',
    424,
    `Received server error (0) from primary and could not load the entire response body. ${describeLog(place)}`,
    { ...members, OriginalMessage: 'could not load the entire response body' },
  );
}

function describeLog({ endpointName, region }: ModelErrorPlace): string {
  return (
    `See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=/aws/sagemaker/Endpoints/${endpointName}` +
    ` in account ${accountId} for more information.`
  );
}
