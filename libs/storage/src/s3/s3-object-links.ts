import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { StorageConfig } from '../config/read-storage-config.js';
import { ObjectLinks, type ObjectLink } from '../object-links.port.js';
import { createS3Client } from './create-s3-client.js';
import { S3Connection } from './s3-connection.js';
import type { S3ObjectStoreOptions } from './s3-object-store.js';

/** Presigned URLs of S3. */
export class S3ObjectLinks extends ObjectLinks {
  private readonly client: S3Client;
  private readonly connection: S3Connection;

  constructor(config: StorageConfig, options: S3ObjectStoreOptions = {}) {
    super();
    this.client = createS3Client(config, options.credentials);
    // The body is not known when the URL is signed, so a checksum could only be that of nothing.
    this.client.config.requestChecksumCalculation = () => Promise.resolve('WHEN_REQUIRED');
    this.connection = new S3Connection(this.client, config);
  }

  override async forUpload(key: string, { bytes, life }: { bytes: number; life: number }): Promise<ObjectLink> {
    const command = new PutObjectCommand({ ...this.place(key), ContentLength: bytes, IfNoneMatch: '*' });
    const signed = new Set(['content-length', 'if-none-match']);
    const options = { expiresIn: life, signableHeaders: signed, unhoistableHeaders: signed };
    return {
      url: await this.sign(command, options),
      headers: { 'content-length': String(bytes), 'if-none-match': '*' },
    };
  }

  override async forDownload(
    key: string,
    { disposition, life }: { disposition: string; life: number },
  ): Promise<ObjectLink> {
    const command = new GetObjectCommand({
      ...this.place(key),
      ResponseContentDisposition: disposition,
      ResponseContentType: 'application/octet-stream',
    });
    return { url: await this.sign(command, { expiresIn: life }), headers: {} };
  }

  close(): void {
    this.connection.close();
  }

  private place(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.connection.bucket, Key: this.connection.toS3Key(key) };
  }

  private async sign(
    command: PutObjectCommand | GetObjectCommand,
    options: Parameters<typeof getSignedUrl>[2],
  ): Promise<string> {
    // Credentials may have to be fetched first, which fails as a request would.
    return await this.connection.run({}, async (client) => await getSignedUrl(client, command, options));
  }
}
