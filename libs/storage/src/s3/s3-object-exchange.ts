import type { S3Client } from '@aws-sdk/client-s3';
import { GatewayError } from '#platform';
import type { StorageConfig } from '../config/read-storage-config.js';
import { ObjectExchange, type ExchangeOptions } from '../object-exchange.port.js';
import type { ObjectStream, ReadOptions } from '../object-store.port.js';
import { createS3Client } from './create-s3-client.js';
import { deleteObjects } from './delete-objects.js';
import { listObjects } from './list-objects.js';
import { openObject, readObject } from './open-object.js';
import { putObject } from './put-object.js';
import { S3Connection } from './s3-connection.js';
import { parseS3Location, type S3Location } from './s3-location.js';
import type { S3ObjectStoreOptions } from './s3-object-store.js';

/** The bucket of this installation, and those that endpoints write their results to. */
export class S3ObjectExchange extends ObjectExchange {
  private readonly client: S3Client;
  private readonly own: S3Connection;
  private readonly others = new Map<string, S3Connection>();

  constructor(
    private readonly config: StorageConfig,
    options: S3ObjectStoreOptions = {},
  ) {
    super();
    this.client = createS3Client(config, options.credentials);
    this.own = new S3Connection(this.client, config);
  }

  override async write(
    key: string,
    body: Buffer,
    options: ExchangeOptions & { readonly contentType?: string } = {},
  ): Promise<string> {
    await putObject(this.own, key, body, options);
    return `s3://${this.own.bucket}/${this.own.toS3Key(key)}`;
  }

  override async read(location: string, { signal }: ExchangeOptions = {}): Promise<Buffer | undefined> {
    return await this.find(location, async (connection, key) => (await readObject(connection, key, { signal })).body);
  }

  override async open(location: string, options: ReadOptions = {}): Promise<ObjectStream | undefined> {
    return await this.find(location, async (connection, key) => await openObject(connection, key, options));
  }

  private async find<T>(
    location: string,
    get: (connection: S3Connection, key: string) => Promise<T>,
  ): Promise<T | undefined> {
    const { bucket, key } = requireS3Location(location);
    try {
      return await get(this.connectionTo(bucket), key);
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return undefined;
      throw error;
    }
  }

  override async list(prefix: string, { signal }: ExchangeOptions = {}): Promise<readonly string[]> {
    const { bucket, key } = requireS3Location(prefix);
    const locations: string[] = [];
    let startAfter: string | undefined;
    for (;;) {
      const page = await listObjects(this.connectionTo(bucket), {
        prefix: key,
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(signal === undefined ? {} : { signal }),
      });
      for (const object of page.objects) locations.push(`s3://${bucket}/${object.key}`);
      startAfter = page.objects.at(-1)?.key;
      if (!page.truncated || startAfter === undefined) return locations;
    }
  }

  override async remove(key: string, { signal }: ExchangeOptions = {}): Promise<void> {
    await deleteObjects(this.own, [key], signal);
  }

  /** Closes idle connections; requests that are running fail. */
  close(): void {
    this.client.destroy();
  }

  /** Locations hold whole keys, so no prefix is added to them. */
  private connectionTo(bucket: string): S3Connection {
    const { requestTimeoutMs } = this.config;
    const connection = this.others.get(bucket) ?? new S3Connection(this.client, { bucket, requestTimeoutMs });
    this.others.set(bucket, connection);
    return connection;
  }
}

function requireS3Location(location: string): S3Location {
  const parsed = parseS3Location(location);
  if (parsed !== undefined) return parsed;
  throw new GatewayError('internal_error', 'The server was told of a stored object that cannot be named.', {
    details: { location },
  });
}
