import type { ByteRange } from '../object-store.port.js';

/** Cuts a range into as few pieces as the limit allows, all of about the same size, so that none is too small for a part. */
export function splitRange(range: ByteRange, maxBytes: number): ByteRange[] {
  const size = range.last - range.first + 1;
  const count = Math.ceil(size / maxBytes);
  return Array.from({ length: count }, (_, index) => ({
    first: range.first + Math.floor((size * index) / count),
    last: range.first + Math.floor((size * (index + 1)) / count) - 1,
  }));
}
