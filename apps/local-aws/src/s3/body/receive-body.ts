import { ContentDigest, type ContentDigestResult } from '../checksums/content-digest.js';
import type { ChecksumAlgorithm } from '../checksums/create-checksum.js';
import { checksumHeaderName } from '../checksums/create-checksum.js';
import type { S3Request } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import { type BodyExpectation, readBodyExpectation } from './body-expectation.js';
import { ChunkSignatures } from './chunk-signatures.js';
import { decodeAwsChunked } from './decode-aws-chunked.js';

export interface ReceiveOptions {
  readonly maxBytes: number;
  /** Computed where the request states no checksum of its own. */
  readonly algorithm?: ChecksumAlgorithm;
  readonly write: (bytes: Buffer) => Promise<void> | void;
}

/**
 * Passes the decoded body to `write` piece by piece and checks everything that the request says of it. What was
 * written is worth nothing unless this returns.
 * @throws S3Error EntityTooLarge, IncompleteBody, BadDigest, XAmzContentSHA256Mismatch, SignatureDoesNotMatch, …
 */
export async function receiveBody(request: S3Request, options: ReceiveOptions): Promise<ContentDigestResult> {
  const expectation = readBodyExpectation(request);
  const trailer = new Map<string, string>();
  const digest = new ContentDigest(
    expectation.checksum?.algorithm ?? options.algorithm,
    expectation.sha256 !== undefined,
  );
  for await (const bytes of decode(request, expectation, trailer)) {
    digest.update(bytes);
    if (digest.size > options.maxBytes) {
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.', {
        details: { MaxSizeAllowed: String(options.maxBytes) },
      });
    }
    await options.write(bytes);
  }
  const received = digest.finish();
  refuseMismatch(expectation, received, trailer);
  return received;
}

function decode(request: S3Request, expectation: BodyExpectation, trailer: Map<string, string>): AsyncIterable<Buffer> {
  if (!expectation.awsChunked) return request.body;
  const signatures =
    expectation.signedChunks && request.verified !== undefined ? new ChunkSignatures(request.verified) : undefined;
  return decodeAwsChunked(request.body, { signatures, hasTrailer: expectation.hasTrailer, trailer });
}

function refuseMismatch(
  expectation: BodyExpectation,
  received: ContentDigestResult,
  trailer: ReadonlyMap<string, string>,
): void {
  if (expectation.decodedLength !== undefined && expectation.decodedLength !== received.size) {
    throw new S3Error('IncompleteBody', 'The body does not have the length of x-amz-decoded-content-length.');
  }
  if (expectation.sha256 !== received.sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5 = Buffer.from(received.md5, 'hex').toString('base64');
  if (expectation.contentMd5 !== undefined && expectation.contentMd5 !== md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const { checksum } = expectation;
  if (checksum === undefined) return;
  const stated = checksum.value ?? trailer.get(checksumHeaderName(checksum.algorithm));
  if (stated !== received.checksum?.value) {
    throw new S3Error('BadDigest', `The ${checksum.algorithm} you specified did not match the calculated checksum.`);
  }
}
