import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { freeBytes } from '#platform';
import type { ObjectStream, ReadOptions, StoredObject } from '../object-store.port.js';
import { GuardedBody } from './guarded-body.js';
import { readEtag } from './read-etag.js';
import type { S3Connection } from './s3-connection.js';

export async function openObject(
  connection: S3Connection,
  key: string,
  options: ReadOptions = {},
): Promise<ObjectStream> {
  const { range, ifMatch, signal } = options;
  const command = new GetObjectCommand({
    Bucket: connection.bucket,
    Key: connection.toS3Key(key),
    ...(range !== undefined && { Range: `bytes=${range.first}-${range.last}` }),
    ...(ifMatch !== undefined && { IfMatch: ifMatch }),
  });
  return connection.run({ key, signal }, async (client, abortSignal) => {
    const { Body: source, ContentLength: size, ETag } = await client.send(command, { abortSignal });
    if (!(source instanceof Readable)) throw new Error('The answer of S3 has no body.');
    if (size === undefined) {
      source.destroy();
      throw new Error('The answer of S3 does not say how long its body is.');
    }
    const place = connection.placeOf(key);
    const body = new GuardedBody(source, {
      expectedBytes: size,
      inactivityMs: connection.requestTimeoutMs,
      place,
      signal,
    });
    return { body, size, etag: readEtag(ETag) };
  });
}

export async function readObject(
  connection: S3Connection,
  key: string,
  options: ReadOptions = {},
): Promise<StoredObject> {
  const { body, size, etag } = await openObject(connection, key, options);
  const whole = Buffer.allocUnsafe(size);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    at += chunk.copy(whole, at);
    freeBytes(chunk);
  }
  return { body: whole, etag };
}
