import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { reasonOf, within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';

const SHOWN_CHARACTERS = 4;
/** A process renews credentials by itself; ones that end this soon and cannot be renewed are worth a word. */
const SOON_MS = 900_000;

/** Region and credentials as the AWS SDK finds them. Of a key only its last characters are shown. */
export async function checkIdentity(checkup: Checkup): Promise<readonly Finding[]> {
  const client = new SageMakerRuntimeClient({});
  try {
    return [await lookAtRegion(client), await lookAtCredentials(client, checkup)];
  } finally {
    client.destroy();
  }
}

async function lookAtRegion(client: SageMakerRuntimeClient): Promise<Finding> {
  try {
    return ok('region', await client.config.region());
  } catch (error) {
    return failure('region', reasonOf(error), 'Set AWS_REGION to the region of your endpoints.');
  }
}

async function lookAtCredentials(client: SageMakerRuntimeClient, checkup: Checkup): Promise<Finding> {
  const name = 'credentials';
  try {
    const credentials = await untilAborted(client.config.credentials(), within(checkup));
    const { accessKeyId, sessionToken, accountId, expiration } = credentials;
    const kind = sessionToken === undefined ? 'a long-term key' : 'a session';
    const account = accountId === undefined ? '' : ` of account ${accountId}`;
    const ending = expiration === undefined ? '' : `, valid until ${expiration.toISOString()}`;
    const who = `${kind}${account}, access key …${accessKeyId.slice(-SHOWN_CHARACTERS)}${ending}`;
    if (expiration !== undefined && expiration.getTime() - Date.now() < SOON_MS)
      return warning(name, who, 'They end soon. Use a source that renews them: a role, SSO or a profile.');
    return ok(name, who);
  } catch (error) {
    return failure(
      name,
      reasonOf(error),
      'Give the process credentials as every AWS SDK reads them: a role of its task or instance, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
}

/** The chain asks metadata services that may never answer, and takes no signal. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('No credentials were found in time.')), { once: true });
    promise.then(resolve, reject);
  });
}
