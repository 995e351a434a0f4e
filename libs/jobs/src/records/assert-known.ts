import { JOB_KINDS, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';

/**
 * Stops a worker before it touches a job of a kind, or in a form, that came after it: a newer worker will take it.
 *
 * @throws GatewayError `conflict`
 */
export function assertKnown(record: JobRecord): void {
  if (isKnown(record)) return;
  const { kind, version } = record;
  throw new GatewayError('conflict', `A job of kind '${kind}', version ${version}, is left to a newer worker.`);
}

const KNOWN_VERSIONS: readonly number[] = [1, 2];

/** Whether this process knows how to run the job. */
export function isKnown({ kind, version }: JobRecord): boolean {
  const kinds: readonly string[] = JOB_KINDS;
  return kinds.includes(kind) && KNOWN_VERSIONS.includes(Number(version));
}
