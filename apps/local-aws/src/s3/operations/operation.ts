import type { S3Request } from '../http/s3-request.js';
import type { S3Response } from '../http/s3-response.js';
import type { ObjectStore } from '../store/object-store.js';

/** One operation of the S3 API: everything it does has been done when its response is returned. */
export type S3Operation = (request: S3Request, store: ObjectStore) => Promise<S3Response>;
