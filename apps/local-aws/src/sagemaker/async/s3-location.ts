export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket and key of an `s3://` or `https://` URL of S3, or undefined where it names no object. */
export function parseS3Location(location: string): S3Location | undefined {
  const match = /^(s3|https):\/\/([^/]+)\/(.+)$/.exec(location);
  if (match === null) return undefined;
  const [, scheme, host = '', path = ''] = match;
  if (scheme === 's3') return { bucket: host, key: path };
  const key = decodeURIComponent(path);
  const virtualHost = /^(.+)\.s3[.-]/.exec(host);
  if (virtualHost !== null) return { bucket: virtualHost[1] ?? '', key };
  const slash = key.indexOf('/');
  return slash > 0 ? { bucket: key.slice(0, slash), key: key.slice(slash + 1) } : undefined;
}
