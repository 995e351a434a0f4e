import { ConfigurationError, GatewayError } from '#platform';
import { probeConditionalWrites, readStorageConfig, S3ObjectStore, type StorageConfig } from '#storage';
import { reasonOf, within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, skipped, type Finding } from '#scripts/doctor/finding';

const GUARANTEES = 'bucket guarantees';

/** Whether the bucket can be listed, written and read, and keeps its conditional writes when writers race. */
export async function checkStore(checkup: Checkup): Promise<readonly Finding[]> {
  const config = readConfig(checkup.environment);
  if (config === undefined) return [];
  const store = new S3ObjectStore(config);
  try {
    const reached = await reach(store, config);
    return reached.status === 'ok'
      ? [reached, await probe(store, checkup)]
      : [reached, skipped(GUARANTEES, 'The bucket was not reached.', 'First see the finding above.')];
  } finally {
    store.close();
  }
}

/** What keeps the settings from being read is the finding of another check. */
function readConfig(environment: NodeJS.ProcessEnv): StorageConfig | undefined {
  try {
    return readStorageConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

async function reach(store: S3ObjectStore, { bucket, prefix = '', endpoint }: StorageConfig): Promise<Finding> {
  const name = `bucket ${bucket}`;
  try {
    await store.list('active/', { limit: 1 });
    return ok(
      name,
      `can be listed${prefix === '' ? '' : ` under ${prefix}`}${endpoint === undefined ? '' : ` at ${endpoint}`}`,
    );
  } catch (error) {
    return failure(
      name,
      reasonOf(error),
      'Create it, or put SLUICE_BUCKET right, and allow what docs/aws.md lists. Realtime serves without it; batches do not.',
    );
  }
}

async function probe(store: S3ObjectStore, checkup: Checkup): Promise<Finding> {
  try {
    const result = await probeConditionalWrites(store, { signal: within(checkup) });
    return result.ok
      ? ok(GUARANTEES, 'Conditional writes hold under concurrency; objects can be written, read and deleted.')
      : failure(GUARANTEES, result.failure, 'Batches are refused on this server.');
  } catch (error) {
    if (!GatewayError.is(error)) throw error;
    return failure(
      GUARANTEES,
      reasonOf(error),
      'Allow s3:GetObject, s3:PutObject and s3:DeleteObject under the prefix; docs/aws.md has the policy.',
    );
  }
}
