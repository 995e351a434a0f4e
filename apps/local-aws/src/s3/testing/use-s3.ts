import type { S3Client } from '@aws-sdk/client-s3';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect } from 'vitest';
import { createDataDir, removeDataDir, type RunningS3, startS3 } from './start-s3.js';

export interface S3Fixture {
  readonly s3: RunningS3;
  readonly client: S3Client;
  readonly bucket: string;
}

/** One S3 with one bucket for all tests of a file; at the end nothing may have failed inside it. */
export function useS3(): S3Fixture {
  const fixture: { s3?: RunningS3; client?: S3Client } = {};
  const bucket = 'test-bucket';
  beforeAll(async () => {
    fixture.s3 = await startS3(await createDataDir(), { durable: false });
    fixture.client = fixture.s3.client();
    await fixture.client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    const s3 = started(fixture.s3);
    await s3.stop();
    await removeDataDir(s3.dataDir);
    expect(s3.internalErrors).toEqual([]);
  });
  return {
    bucket,
    get s3() {
      return started(fixture.s3);
    },
    get client() {
      return started(fixture.client);
    },
  };
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('S3 is started before the first test and not before.');
  return part;
}
