import { readStorageConfig, type StorageConfig } from '#storage';
import { ConfigurationError } from '#platform';
import { within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, skipped, warning, type Finding } from '#scripts/doctor/finding';

/** AWS refuses signatures that are further off. */
const REFUSED_SECONDS = 300;
const NOTABLE_SECONDS = 30;
const REMEDY = 'Let the machine keep its time by NTP (chrony, systemd-timesyncd, or the Amazon Time Sync Service).';

/** Compares the clock with that of S3, which stamps every answer, refusals included. */
export async function checkClock(checkup: Checkup): Promise<readonly Finding[]> {
  const url = findUrl(checkup.environment);
  if (url === undefined) return [];
  try {
    const sentAtMs = Date.now();
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: within(checkup) });
    const theirsMs = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(theirsMs)) return [skipped('clock', 'S3 does not tell the time.', 'Nothing to do.')];
    return [judgeClock((sentAtMs + Date.now()) / 2 - theirsMs)];
  } catch {
    return [skipped('clock', `${url} does not answer.`, 'See the finding on the bucket.')];
  }
}

/** @param offsetMs how far this clock is ahead; the other one is read in whole seconds. */
export function judgeClock(offsetMs: number): Finding {
  const seconds = Math.round(offsetMs / 1000);
  const detail = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} S3`;
  if (Math.abs(seconds) >= REFUSED_SECONDS) return failure('clock', `${detail}: AWS refuses every signature.`, REMEDY);
  if (Math.abs(seconds) >= NOTABLE_SECONDS) return warning('clock', detail, REMEDY);
  return ok('clock', detail);
}

function findUrl(environment: NodeJS.ProcessEnv): string | undefined {
  try {
    const { endpoint, region }: StorageConfig = readStorageConfig(environment);
    return endpoint ?? `https://s3.${region}.amazonaws.com/`;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
