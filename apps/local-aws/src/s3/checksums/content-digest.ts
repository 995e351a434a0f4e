import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, createChecksum } from './create-checksum.js';

export interface ContentDigestResult {
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** Hexadecimal; only where it was asked for. */
  readonly sha256: string | undefined;
  /** Base64; only where an algorithm was given. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/** Everything that S3 wants to know about a body, computed while it passes by. */
export class ContentDigest {
  size = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256;
  private readonly checksum;
  private readonly algorithm: ChecksumAlgorithm | undefined;

  constructor(algorithm: ChecksumAlgorithm | undefined, withSha256 = false) {
    this.algorithm = algorithm;
    this.checksum = algorithm === undefined ? undefined : createChecksum(algorithm);
    this.sha256 = withSha256 ? createHash('sha256') : undefined;
  }

  update(bytes: Uint8Array): void {
    this.size += bytes.length;
    this.md5.update(bytes);
    this.sha256?.update(bytes);
    this.checksum?.update(bytes);
  }

  finish(): ContentDigestResult {
    const checksum = this.checksum?.digest().toString('base64');
    return {
      size: this.size,
      md5: this.md5.digest('hex'),
      sha256: this.sha256?.digest('hex'),
      checksum:
        checksum === undefined || this.algorithm === undefined
          ? undefined
          : { algorithm: this.algorithm, value: checksum },
    };
  }
}
