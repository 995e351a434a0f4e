export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key`, as SageMaker names objects; `undefined` for what names none. */
export function parseS3Location(location: string): S3Location | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
