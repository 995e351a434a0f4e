import type { VerifiedRequest } from '../../signature/verify-signature.js';

/** Lower-case names, one value each. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A request whose sender is known. */
export interface S3Request {
  readonly method: string;
  /** Empty for requests to the service itself. */
  readonly bucket: string;
  /** Empty for requests to a bucket. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** The headers, for presigned requests with the `x-amz-` parameters of the query string among them. */
  readonly headers: Headers;
  readonly body: AsyncIterable<Buffer>;
  /** Absent for forms, whose policy is what was signed. */
  readonly verified?: VerifiedRequest;
  /** Only for forms: the fields before the file, by lower-case name. */
  readonly form?: ReadonlyMap<string, string>;
}
