import { JOB_KINDS, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';

/**
 * Stops a worker before it touches a job of a kind, or in a form, that came after it: a newer worker will take it.
 *
 * @throws GatewayError `conflict`
 */
export function assertKnown({ kind, version }: JobRecord): void {
  const kinds: readonly string[] = JOB_KINDS;
  if (kinds.includes(kind) && Number(version) === 1) return;
  throw new GatewayError('conflict', `A job of kind '${kind}', version ${version}, is left to a newer worker.`);
}
