import { SageMakerRuntimeServiceException } from '@aws-sdk/client-sagemaker-runtime';
import { GatewayError } from '#platform';
import { UpstreamFailure } from '../../upstream-failure.js';
import { parseRetryAfter } from '../read-sagemaker-failure.js';
import { translateConnectionError, type CallPhase } from '../translate-connection-error.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';

type ResponseMetadata = SageMakerRuntimeServiceException['$metadata'];

interface Place {
  readonly endpoint: string;
  readonly phase: CallPhase;
}

/** The members that SageMaker's exceptions carry beside the SDK's own. */
interface ExceptionFields {
  readonly Message?: string;
  readonly OriginalStatusCode?: number;
  readonly OriginalMessage?: string;
  readonly ErrorCode?: string;
}

/** The SDK's exceptions in the same words as the fast transport's answers. */
export function translateSdkError(error: unknown, { endpoint, phase }: Place): GatewayError {
  if (error instanceof SageMakerRuntimeServiceException) return translateException(error, endpoint);
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return new UpstreamFailure(
      'upstream_misconfigured',
      'The gateway has no valid AWS credentials. The operator of this gateway has to act.',
      { retry: 'never', cause: error },
    );
  }
  const status = statusOf(error);
  if (status === undefined) return translateConnectionError(error, phase);
  // The SDK reads a whole answer within its call; a good status on the error says that it broke in the middle.
  if (status === 200) return translateConnectionError(error, 'in-body');
  return translateSageMakerError({ name: '', status, message: (error as Error).message, cause: error }, endpoint);
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: ResponseMetadata }).$metadata?.httpStatusCode;
}

function translateException(error: SageMakerRuntimeServiceException, endpoint: string): UpstreamFailure {
  const fields = error as ExceptionFields;
  const status = statusOf(error);
  const headers: Readonly<Record<string, string>> = error.$response?.headers ?? {};
  const retryAfterSeconds = parseRetryAfter(headers['retry-after']);
  return translateSageMakerError(
    {
      name: error.name,
      // Exceptions inside a stream have no metadata, contrary to their type, or the 200 of the stream that they break off.
      status: isOwnStatus(status) ? status : 500,
      message: fields.Message ?? error.message,
      cause: error,
      ...(fields.OriginalStatusCode === undefined ? {} : { originalStatusCode: fields.OriginalStatusCode }),
      ...(fields.OriginalMessage === undefined ? {} : { originalMessage: fields.OriginalMessage }),
      ...(fields.ErrorCode === undefined ? {} : { errorCode: fields.ErrorCode }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
    endpoint,
  );
}

function isOwnStatus(status: number | undefined): status is number {
  return status !== undefined && status !== 200;
}
