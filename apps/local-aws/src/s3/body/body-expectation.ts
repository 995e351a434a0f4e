import { type ChecksumAlgorithm, checksumAlgorithms, checksumHeaderName } from '../checksums/create-checksum.js';
import type { S3Request } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';

/** What a request says of its body, to be compared with what arrives. */
export interface BodyExpectation {
  readonly awsChunked: boolean;
  readonly signedChunks: boolean;
  readonly hasTrailer: boolean;
  /** Only for `aws-chunked`. */
  readonly decodedLength: number | undefined;
  /** Hexadecimal. */
  readonly sha256: string | undefined;
  /** Base64. */
  readonly contentMd5: string | undefined;
  /** `value` is base64; absent where it comes in the trailer. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string | undefined } | undefined;
}

/** @throws S3Error InvalidRequest, InvalidDigest, NotImplemented */
export function readBodyExpectation({ headers, verified }: S3Request): BodyExpectation {
  const payloadHash = verified?.payloadHash ?? 'UNSIGNED-PAYLOAD';
  const awsChunked = payloadHash.startsWith('STREAMING-');
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (awsChunked && !/^STREAMING-(AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?|UNSIGNED-PAYLOAD-TRAILER)$/.test(payloadHash)) {
    throw new S3Error('NotImplemented', `${payloadHash} is not supported.`);
  }
  return {
    awsChunked,
    signedChunks: payloadHash.startsWith('STREAMING-AWS4-HMAC'),
    hasTrailer: payloadHash.endsWith('-TRAILER'),
    decodedLength: awsChunked ? readDecodedLength(headers['x-amz-decoded-content-length']) : undefined,
    sha256: /^[0-9a-f]{64}$/.test(payloadHash) ? payloadHash : undefined,
    contentMd5,
    checksum: readChecksum(headers),
  };
}

function readChecksum(headers: S3Request['headers']): BodyExpectation['checksum'] {
  const inTrailer = headers['x-amz-trailer']?.trim().toLowerCase();
  const stated = checksumAlgorithms.filter((algorithm) => {
    const name = checksumHeaderName(algorithm);
    return headers[name] !== undefined || inTrailer === name;
  });
  const [algorithm] = stated;
  if (stated.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.');
  const unknown = [inTrailer, ...Object.keys(headers)].find(
    (name) => name?.startsWith('x-amz-checksum-') && !isKnown(name),
  );
  if (unknown !== undefined) throw new S3Error('NotImplemented', `${unknown} is not supported.`);
  if (algorithm !== undefined) return { algorithm, value: headers[checksumHeaderName(algorithm)] };
  if (headers['x-amz-sdk-checksum-algorithm'] === undefined) return undefined;
  throw new S3Error(
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
}

function isKnown(name: string): boolean {
  const settings = ['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'];
  return settings.includes(name) || checksumAlgorithms.some((algorithm) => checksumHeaderName(algorithm) === name);
}

function readDecodedLength(text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new S3Error('MissingContentLength', 'x-amz-decoded-content-length is missing.');
  }
  return Number(text);
}
