import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from './signature/verify-signature.js';

export interface BucketTarget {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
}

/** Makes the buckets that are not there yet, through S3's own API. */
export async function createBuckets(names: readonly string[], target: BucketTarget): Promise<void> {
  const client = new S3Client({
    endpoint: target.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: target.credentials,
  });
  try {
    for (const name of names) await createBucket(client, name, AbortSignal.timeout(target.timeoutMs));
  } finally {
    client.destroy();
  }
}

async function createBucket(client: S3Client, name: string, abortSignal: AbortSignal): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }), { abortSignal });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  }
}
