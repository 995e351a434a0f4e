import { contentDisposition, type FileContent } from '#jobs';

/** Headers of a file's bytes. Always `application/octet-stream`: a browser must never render what a tenant uploaded. */
export function contentHeaders({ fileId, filename, totalBytes, range }: FileContent): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    'content-disposition': contentDisposition(filename),
    'content-length': String(range === undefined ? totalBytes : range.last - range.first + 1),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    etag: fileEtag(fileId),
  };
  if (range !== undefined) headers['content-range'] = `bytes ${range.first}-${range.last}/${totalBytes}`;
  return headers;
}

/** What a file holds never changes, so its id says all. */
export function fileEtag(fileId: string): string {
  return `"${fileId}"`;
}
