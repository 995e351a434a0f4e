import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { writePrivateFile } from '#platform';
import { readFileIfThere } from './read-file-if-there.js';
import type { EmdKeys } from './read-emd-keys.js';

/** Keys and when AWS gave them out. */
export interface RememberedKeys {
  readonly keys: EmdKeys;
  readonly readAtMs: number;
}

interface SealedKeys {
  readonly version: number;
  /** ISO 8601. */
  readonly readAt: string;
  /** Base64, like the other two. */
  readonly nonce: string;
  readonly sealed: string;
  readonly tag: string;
}

const VERSION = 1;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const PURPOSE = 'sluice discovered keys 1';

/**
 * The keys of the last good look-up on disk, for a start while AWS cannot be asked. People choose these keys themselves,
 * so even their digests could be guessed: the file is sealed with the pepper, and tells nothing to who has it alone.
 */
export class DiscoveredKeysFile {
  private readonly secret: Buffer;

  constructor(
    private readonly path: string,
    pepper: string,
  ) {
    this.secret = Buffer.from(hkdfSync('sha256', pepper, '', PURPOSE, KEY_BYTES));
  }

  /**
   * @returns undefined when there is none yet.
   * @throws Error when it is damaged, or was sealed with another pepper; else the file system's error.
   */
  async read(): Promise<RememberedKeys | undefined> {
    const text = await readFileIfThere(this.path);
    if (text === undefined) return undefined;
    const { version, readAt, nonce, sealed, tag } = JSON.parse(text) as SealedKeys;
    const readAtMs = Date.parse(readAt);
    if (version !== VERSION || Number.isNaN(readAtMs))
      throw new TypeError(`${this.path} holds no keys of this version.`);
    const opener = createDecipheriv(CIPHER, this.secret, Buffer.from(nonce, 'base64'));
    // Nobody makes old keys young again by editing the time.
    opener.setAAD(Buffer.from(readAt));
    opener.setAuthTag(Buffer.from(tag, 'base64'));
    const opened = Buffer.concat([opener.update(Buffer.from(sealed, 'base64')), opener.final()]).toString('utf8');
    const digests = Object.entries(JSON.parse(opened) as Record<string, string>);
    return { keys: new Map(digests.map(([id, digest]) => [id, Buffer.from(digest, 'base64')])), readAtMs };
  }

  async write({ keys, readAtMs }: RememberedKeys): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES);
    const readAt = new Date(readAtMs).toISOString();
    const sealer = createCipheriv(CIPHER, this.secret, nonce);
    sealer.setAAD(Buffer.from(readAt));
    const digests = Object.fromEntries([...keys].map(([id, digest]) => [id, digest.toString('base64')]));
    const sealed = Buffer.concat([sealer.update(JSON.stringify(digests), 'utf8'), sealer.final()]);
    const content: SealedKeys = {
      version: VERSION,
      readAt,
      nonce: nonce.toString('base64'),
      sealed: sealed.toString('base64'),
      tag: sealer.getAuthTag().toString('base64'),
    };
    await writePrivateFile(this.path, JSON.stringify(content));
  }
}
