import { S3Error } from '../s3-error.js';
import { ByteReader } from './byte-reader.js';
import type { ChunkSignatures } from './chunk-signatures.js';

export interface AwsChunkedOptions {
  /** Present where every chunk is signed. */
  readonly signatures: ChunkSignatures | undefined;
  readonly hasTrailer: boolean;
  /** Filled with the trailer's fields, by lower-case name, once the body has ended. */
  readonly trailer: Map<string, string>;
}

const lineEnd = Buffer.from('\r\n');
// A size in hexadecimal, and a signature of 64 characters behind its name.
const maxHeadBytes = 256;
const maxTrailerLineBytes = 4096;
const maxTrailerLines = 16;

/**
 * The content of an `aws-chunked` body: `size[;chunk-signature=…]`, bytes, …, a chunk of size 0, trailer fields.
 * @throws S3Error IncompleteBody, SignatureDoesNotMatch
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  options: AwsChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(body);
  for (;;) {
    const head = await readHead(reader);
    let received = 0;
    for await (const piece of reader.take(head.size)) {
      received += piece.length;
      options.signatures?.update(piece);
      yield piece;
    }
    if (received < head.size) throw incomplete();
    options.signatures?.finishChunk(head.signature);
    if (head.size === 0) break;
    if ((await reader.readUntil(lineEnd, 0)) === undefined) throw incomplete();
  }
  await readTrailer(reader, options);
}

async function readHead(reader: ByteReader): Promise<{ size: number; signature: string | undefined }> {
  const line = await reader.readUntil(lineEnd, maxHeadBytes);
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line?.toString('latin1') ?? '');
  if (match === null) throw incomplete();
  return { size: parseInt(match[1] ?? '', 16), signature: match[2] };
}

async function readTrailer(reader: ByteReader, options: AwsChunkedOptions): Promise<void> {
  let canonical = '';
  let signature: string | undefined;
  for (let lines = 0; ; lines++) {
    const line = (await reader.readUntil(lineEnd, maxTrailerLineBytes))?.toString('latin1');
    // Clients are seen to end with and without the last empty line.
    if (line === undefined || line === '') break;
    const colon = line.indexOf(':');
    if (colon < 0 || lines >= maxTrailerLines) throw incomplete();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') signature = value;
    else {
      options.trailer.set(name, value);
      canonical += `${name}:${value}\n`;
    }
  }
  if (options.hasTrailer) options.signatures?.finishTrailer(canonical, signature);
}

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', 'The request body is not complete in the aws-chunked framing.');
}
