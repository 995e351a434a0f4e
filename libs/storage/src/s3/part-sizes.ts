const MIB = 1_048_576;

/** S3 refuses smaller parts anywhere but at the end. */
export const MIN_PART_BYTES = 5 * MIB;
/** S3 copies no more than this in one request. */
export const MAX_COPY_BYTES = 5 * 1_024 * MIB;
export const MAX_PARTS = 10_000;

const FIRST_PART_BYTES = MIN_PART_BYTES;
const PARTS_PER_SIZE = 2_000;

/**
 * The size of a part that is put together here. It doubles every 2,000 parts, so that a body of unknown length gets
 * small parts while it is small and still has room for 302 GiB within S3's 10,000 parts.
 */
export function targetPartBytes(partNumber: number): number {
  return FIRST_PART_BYTES * 2 ** Math.floor((partNumber - 1) / PARTS_PER_SIZE);
}

/**
 * From this size on a piece is joined by the server. S3 copies ranges only of objects greater than 5 MB, so a piece of
 * exactly the smallest part is none; later the limit grows with the parts, so that small copies do not use them up.
 */
export function minCopyBytes(partNumber: number): number {
  return partNumber <= PARTS_PER_SIZE ? MIN_PART_BYTES + 1 : targetPartBytes(partNumber);
}
