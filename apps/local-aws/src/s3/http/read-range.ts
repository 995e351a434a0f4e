import { S3Error } from '../s3-error.js';

export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * The range that a Range header asks of `size` bytes; undefined where the whole is to be sent: no header, several
 * ranges, or none that is well-formed.
 * @throws S3Error InvalidRange where the range lies outside
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes\s*=\s*(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? undefined : suffixRange(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw invalidRange(size);
  return { start, length: end - start + 1 };
}

/** The range of UploadPartCopy, which must name both ends and lie within the source. */
export function readCopyRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, length: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || end < start) {
    throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  }
  if (end >= size) throw invalidRange(size);
  return { start, length: end - start + 1 };
}

function suffixRange(wanted: number, size: number): ByteRange {
  if (wanted === 0 || size === 0) throw invalidRange(size);
  const length = Math.min(wanted, size);
  return { start: size - length, length };
}

function invalidRange(size: number): S3Error {
  return new S3Error('InvalidRange', 'The requested range is not satisfiable', {
    details: { ActualObjectSize: String(size) },
  });
}
