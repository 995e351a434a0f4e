import { vi } from 'vitest';
import { describeObjectStore } from '../../../libs/storage/src/testing/object-store.contract.js';
import { startLocalS3 } from './start-local-s3.js';

describeObjectStore('S3ObjectStore on a server of one’s own', async () => {
  const s3 = await startLocalS3();
  return { store: s3.openStore(), close: () => s3.close() };
});

describeObjectStore('S3ObjectStore under a prefix', async () => {
  const s3 = await startLocalS3();
  return { store: s3.openStore({ prefix: 'team a/sluice/' }), close: () => s3.close() };
});

describeObjectStore('S3ObjectStore with the checksums that AWS gets', async () => {
  const s3 = await startLocalS3();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  const close = async (): Promise<void> => {
    vi.unstubAllEnvs();
    await s3.close();
  };
  return { store: s3.openStore({ endpoint: undefined }), close };
});
