import type { FileContentLink, UploadPartLink } from '#contracts';

/** Links to the object store, where an operator wants callers to go there by themselves. */
export abstract class Links {
  /** @throws GatewayError `not_found`; `invalid_request` where the upload takes no parts any more. */
  abstract forPart(tenant: string, uploadId: string, bytes: number): Promise<UploadPartLink>;
  /** @throws GatewayError `not_found` */
  abstract forContent(tenant: string, fileId: string): Promise<FileContentLink>;
}
