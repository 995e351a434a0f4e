import { TERMINAL_STATUSES, type ErrorReason, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';

/** Faults of a plan that are the model's, not the file's. */
const MODEL_FAULTS: readonly ErrorReason[] = ['model_not_found', 'unsupported_model'];

/** Why a recording's job has not come to a whole transcript; `undefined` while it may still, and when it has. */
export function judgeEnd(record: JobRecord): GatewayError | undefined {
  const { status, counts } = record;
  if (status === 'failed') return refused(record);
  if (status === 'cancelled' || status === 'cancelling') {
    return new GatewayError('conflict', 'The transcription of this recording was cancelled. Send it again.');
  }
  if (status === 'expired') {
    return new GatewayError('upstream_timeout', 'The recording could not be transcribed in time. Try again later.');
  }
  if (!TERMINAL_STATUSES.has(status) || counts === null || counts.failed === 0) return undefined;
  const message = `${counts.failed} of ${counts.total} pieces of the recording could not be transcribed. Send it again.`;
  return new GatewayError('upstream_error', message);
}

function refused({ errors }: JobRecord): GatewayError {
  const [fault] = errors ?? [];
  const message = fault?.message ?? 'The recording could not be read.';
  const ofModel = MODEL_FAULTS.find((reason) => reason === fault?.code);
  return ofModel === undefined
    ? new GatewayError('invalid_value', message, { param: 'file' })
    : new GatewayError(ofModel, message, { param: 'model' });
}
