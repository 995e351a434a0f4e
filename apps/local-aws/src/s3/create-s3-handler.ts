import { LocalS3 } from './local-s3.js';
import type { S3Handler, S3HandlerOptions } from './s3-handler.js';
import { ObjectStore } from './store/object-store.js';

export type { S3Handler, S3HandlerOptions } from './s3-handler.js';

/** A stand-in for S3 that keeps its buckets in a folder. */
export async function createS3Handler(options: S3HandlerOptions): Promise<S3Handler> {
  const store = await ObjectStore.open(options.dataDir, options.durable ?? true);
  return new LocalS3(options, store);
}
