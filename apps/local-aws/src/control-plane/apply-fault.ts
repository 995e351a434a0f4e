import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../faults/fault-plan.js';
import { AwsError } from '../sagemaker/wire/aws-error.js';

/** The faults that the services of the control plane know. */
export const controlPlaneFaultKinds: readonly string[] = ['throttle', 'slow', 'error', 'access-denied'];

const defaultDelayMs = 1000;

/** @throws AwsError where the fault is a refusal or a failure */
export async function applyFault(fault: Fault | undefined, signal: AbortSignal): Promise<void> {
  if (fault === undefined) return;
  if (fault.kind === 'slow') {
    await setTimeout(fault.delayMs ?? defaultDelayMs, undefined, { signal });
    return;
  }
  if (fault.kind === 'throttle') throw new AwsError('ThrottlingException', 400, 'Rate exceeded');
  if (fault.kind === 'access-denied') {
    throw new AwsError('AccessDeniedException', 403, fault.message ?? 'User is not authorized to perform this action.');
  }
  throw new AwsError('InternalFailure', fault.status ?? 500, fault.message ?? 'An internal failure occurred.');
}
