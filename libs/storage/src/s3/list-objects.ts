import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListPage } from '../object-store.port.js';
import { readEtag } from './read-etag.js';
import type { S3Connection } from './s3-connection.js';

const MAX_PAGE = 1_000;
/** The last character of Unicode, which no key of ours holds. */
const LAST_CHARACTER = '\u{10FFFF}';

export interface ListRequest {
  readonly prefix: string;
  readonly startAfter?: string;
  readonly limit?: number;
  readonly delimiter?: string;
  readonly signal?: AbortSignal;
}

export async function listObjects(connection: S3Connection, request: ListRequest): Promise<ListPage> {
  const { delimiter, signal } = request;
  const command = new ListObjectsV2Command({
    Bucket: connection.bucket,
    Prefix: connection.toS3Key(request.prefix),
    MaxKeys: Math.min(request.limit ?? MAX_PAGE, MAX_PAGE),
    ...(request.startAfter !== undefined && {
      StartAfter: connection.toS3Key(toStartAfter(request.startAfter, delimiter)),
    }),
    ...(delimiter !== undefined && { Delimiter: delimiter }),
  });
  return connection.run({ key: request.prefix, signal }, async (client, abortSignal) => {
    const answer = await client.send(command, { abortSignal });
    return {
      objects: (answer.Contents ?? []).map(({ Key = '', Size = 0, ETag, LastModified = new Date(0) }) => ({
        key: connection.fromS3Key(Key),
        size: Size,
        etag: readEtag(ETag),
        lastModified: LastModified,
      })),
      prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => connection.fromS3Key(Prefix)),
      truncated: answer.IsTruncated ?? false,
    };
  });
}

/** Going on after a common prefix means after everything under it; servers that are given the bare prefix name it again. */
function toStartAfter(startAfter: string, delimiter: string | undefined): string {
  return delimiter !== undefined && startAfter.endsWith(delimiter) ? startAfter + LAST_CHARACTER : startAfter;
}
