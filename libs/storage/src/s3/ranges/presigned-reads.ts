import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Connection } from '../s3-connection.js';

/** What undici calls a presigned URL by. */
export interface PresignedRead {
  readonly origin: string;
  readonly path: string;
}

interface KeptRead {
  readonly read: Promise<PresignedRead | undefined>;
  readonly untilMs: number;
}

const LIFE_SECONDS = 900;
/** The SDK renews credentials five minutes before their end, and a URL ends with those that it was signed with. */
const USED_MS = 240_000;
const MAX_KEPT = 64;

/** One presigned URL for all reads of an object: ranges and conditions are no part of what is signed. */
export class PresignedReads {
  private readonly kept = new Map<string, KeptRead>();

  constructor(private readonly connection: S3Connection) {}

  /** @returns `undefined` where none can be made, as without credentials. */
  async find(key: string): Promise<PresignedRead | undefined> {
    const known = this.kept.get(key);
    if (known !== undefined && Date.now() < known.untilMs) return await known.read;
    const made = { read: this.sign(key), untilMs: Date.now() + USED_MS };
    this.kept.delete(key);
    this.kept.set(key, made);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
    const read = await made.read;
    if (read === undefined && this.kept.get(key) === made) this.kept.delete(key);
    return read;
  }

  private async sign(key: string): Promise<PresignedRead | undefined> {
    const command = new GetObjectCommand({ Bucket: this.connection.bucket, Key: this.connection.toS3Key(key) });
    try {
      const url = await this.connection.run(
        { key },
        async (client) => await getSignedUrl(client, command, { expiresIn: LIFE_SECONDS }),
      );
      const { origin, pathname, search } = new URL(url);
      return { origin, path: pathname + search };
    } catch {
      // The read itself will fail for the same reason, and say so.
      return undefined;
    }
  }
}
