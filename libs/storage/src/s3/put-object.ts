import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { WriteOptions } from '../object-store.port.js';
import { readEtag } from './read-etag.js';
import type { S3Connection } from './s3-connection.js';
import { toConditionHeaders } from './write-condition.js';

export interface PutOptions extends WriteOptions {
  readonly metadata?: Record<string, string>;
}

export async function putObject(
  connection: S3Connection,
  key: string,
  body: Buffer,
  options: PutOptions,
): Promise<{ etag: string }> {
  const { condition, contentType, metadata, signal } = options;
  const command = new PutObjectCommand({
    Bucket: connection.bucket,
    Key: connection.toS3Key(key),
    Body: body,
    ...(contentType !== undefined && { ContentType: contentType }),
    ...(metadata !== undefined && { Metadata: metadata }),
    ...toConditionHeaders(condition),
  });
  return connection.run({ key, bytes: body.length, signal }, async (client, abortSignal) => {
    const { ETag } = await client.send(command, { abortSignal });
    return { etag: readEtag(ETag) };
  });
}
