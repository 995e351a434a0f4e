/** ETags always in quotes, as HTTP wants them back; some servers leave the quotes out in listings. */
export function readEtag(etag: string | undefined): string {
  if (etag === undefined || etag === '') throw new Error('The answer of S3 has no ETag.');
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
