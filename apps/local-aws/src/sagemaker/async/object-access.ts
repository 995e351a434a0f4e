import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from '../../signature/verify-signature.js';
import { parseS3Location, type S3Location } from './s3-location.js';

export interface ObjectAccessOptions {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
}

// What SageMaker takes as the input of an asynchronous inference.
const maxInputBytes = 1024 ** 3;

/** The objects of asynchronous inferences, read and written through S3's own API. */
export class ObjectAccess {
  private readonly options: ObjectAccessOptions;
  private readonly client: S3Client;

  constructor(options: ObjectAccessOptions) {
    this.options = options;
    this.client = new S3Client({
      endpoint: options.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: options.credentials,
    });
  }

  /** @throws Error where the object is not there, too long, or S3 does not answer in time */
  async read(location: string, signal: AbortSignal): Promise<Buffer> {
    const { bucket, key } = requireLocation(location);
    const response = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: this.bound(signal),
    });
    if ((response.ContentLength ?? 0) > maxInputBytes)
      throw new Error(`The input is longer than ${maxInputBytes} bytes.`);
    return Buffer.from((await response.Body?.transformToByteArray()) ?? []);
  }

  async write(location: string, body: Buffer, contentType: string, signal: AbortSignal): Promise<void> {
    const { bucket, key } = requireLocation(location);
    await this.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }), {
      abortSignal: this.bound(signal),
    });
  }

  close(): void {
    this.client.destroy();
  }

  private bound(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]);
  }
}

function requireLocation(location: string): S3Location {
  const parsed = parseS3Location(location);
  if (parsed === undefined) throw new Error(`${location} names no object in S3.`);
  return parsed;
}
