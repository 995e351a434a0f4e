import { DeleteObjectCommand, DeleteObjectsCommand, type S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Connection } from './s3-connection.js';
import { translateS3Error } from './translate-s3-error.js';

/** S3's own limit for one request. */
const MAX_KEYS = 1_000;

export async function deleteObjects(
  connection: S3Connection,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const [first, ...others] = keys;
  if (first === undefined) return;
  if (others.length === 0) return deleteOne(connection, first, signal);
  for (let start = 0; start < keys.length; start += MAX_KEYS) {
    await deleteMany(connection, keys.slice(start, start + MAX_KEYS), signal);
  }
}

async function deleteOne(connection: S3Connection, key: string, signal?: AbortSignal): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: connection.bucket, Key: connection.toS3Key(key) });
  await connection.run({ key, signal }, (client, abortSignal) => client.send(command, { abortSignal }));
}

async function deleteMany(connection: S3Connection, keys: readonly string[], signal?: AbortSignal): Promise<void> {
  const command = new DeleteObjectsCommand({
    Bucket: connection.bucket,
    Delete: { Objects: keys.map((key) => ({ Key: connection.toS3Key(key) })), Quiet: true },
  });
  const { Errors = [] } = await connection.run({ signal }, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  const failure = Errors.find(({ Code }) => Code !== 'NoSuchKey');
  if (failure === undefined) return;
  const cause: Pick<S3ServiceException, 'name' | 'message'> = Object.assign(
    new Error(failure.Message ?? 'not deleted'),
    {
      name: failure.Code ?? 'InternalError',
    },
  );
  throw translateS3Error(cause, connection.placeOf(connection.fromS3Key(failure.Key ?? '')));
}
