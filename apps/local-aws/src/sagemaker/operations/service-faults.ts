import type { Fault } from '../../faults/fault-plan.js';
import { accountId } from '../wire/account.js';
import { AwsError } from '../wire/aws-error.js';

interface ServiceFault {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** Failures of SageMaker itself, before any container is called. */
const serviceFaults: Readonly<Record<string, ServiceFault>> = {
  throttle: { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' },
  'throttle-429': { code: 'ThrottlingException', status: 429, message: 'Rate exceeded' },
  unavailable: {
    code: 'ServiceUnavailable',
    status: 503,
    message: 'The service is currently unavailable. Please retry your request.',
  },
  'internal-failure': { code: 'InternalFailure', status: 500, message: 'An internal failure occurred.' },
  dependency: {
    code: 'InternalDependencyException',
    status: 530,
    message: 'The request caused an exception with an internal dependency. Contact customer support.',
  },
  'not-ready': {
    code: 'ModelNotReadyException',
    status: 429,
    message: 'The model is not ready: it is still being loaded. Please retry your request.',
  },
  'no-capacity': {
    code: 'ValidationError',
    status: 400,
    message:
      'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
  },
  'access-denied': { code: 'AccessDeniedException', status: 403, message: '' },
  'expired-token': {
    code: 'ExpiredTokenException',
    status: 403,
    message: 'The security token included in the request is expired',
  },
};

/** Failures of the container, or of the connection while its answer travels. */
const containerFaultKinds = [
  'error',
  'slow',
  'stall',
  'cut',
  'stream-error',
  'stream-internal-failure',
  'garbage',
  'error-200',
  'answer-lost',
] as const;

/** Every kind of fault that an endpoint understands. */
export const sageMakerFaultKinds: readonly string[] = [...Object.keys(serviceFaults), ...containerFaultKinds];

/** @throws AwsError where the fault is one of the service */
export function throwServiceFault(fault: Fault | undefined, endpointName: string, region: string): void {
  const found = fault && serviceFaults[fault.kind];
  if (found === undefined) return;
  const message =
    fault?.message ?? (fault?.kind === 'access-denied' ? denyAccess(endpointName, region) : found.message);
  throw new AwsError(found.code, found.status, message);
}

function denyAccess(endpointName: string, region: string): string {
  return (
    `User: arn:aws:iam::${accountId}:user/sluice-local is not authorized to perform: sagemaker:InvokeEndpoint on resource: ` +
    `arn:aws:sagemaker:${region}:${accountId}:endpoint/${endpointName} because no identity-based policy allows the sagemaker:InvokeEndpoint action`
  );
}
