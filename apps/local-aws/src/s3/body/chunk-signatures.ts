import { createHash, type Hash, hash } from 'node:crypto';
import { hmac } from '../../signature/derive-signing-key.js';
import { equalSignatures } from '../../signature/equal-signatures.js';
import type { VerifiedRequest } from '../../signature/verify-signature.js';
import { S3Error } from '../s3-error.js';

const emptySha256 = hash('sha256', '');

/** Checks the signatures of an `aws-chunked` body, each of which covers the one before it. */
export class ChunkSignatures {
  private readonly verified: VerifiedRequest;
  private previous: string;
  private content: Hash = createHash('sha256');

  constructor(verified: VerifiedRequest) {
    this.verified = verified;
    this.previous = verified.seedSignature;
  }

  update(bytes: Buffer): void {
    this.content.update(bytes);
  }

  /** @throws S3Error SignatureDoesNotMatch where the chunk that was passed to `update` was not signed so */
  finishChunk(signature: string | undefined): void {
    const digest = this.content.digest('hex');
    this.content = createHash('sha256');
    this.check('AWS4-HMAC-SHA256-PAYLOAD', `${emptySha256}\n${digest}`, signature);
  }

  /** @throws S3Error SignatureDoesNotMatch where the trailer, `name:value\n` lines, was not signed so */
  finishTrailer(canonicalTrailer: string, signature: string | undefined): void {
    this.check('AWS4-HMAC-SHA256-TRAILER', hash('sha256', canonicalTrailer), signature);
  }

  private check(algorithm: string, digests: string, signature: string | undefined): void {
    const { amzDate, scope, signingKey } = this.verified;
    const stringToSign = [algorithm, amzDate, scope, this.previous, digests].join('\n');
    const expected = hmac(signingKey, stringToSign).toString('hex');
    if (signature === undefined || !equalSignatures(expected, signature)) {
      throw new S3Error(
        'SignatureDoesNotMatch',
        'A chunk of the body does not have the signature that was sent with it.',
      );
    }
    this.previous = expected;
  }
}
