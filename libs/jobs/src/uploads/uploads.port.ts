import type { CompleteUploadDto, CreateUploadDto, UploadObject, UploadPartObject } from '#contracts';
import type { CreateAttempt } from '../creates/creates.types.js';

export interface NewPart {
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** What the uploads routes ask for: a file in parts, which come in any order and any number at once. Another tenant's upload is `not_found`. */
export abstract class Uploads {
  /**
   * @throws GatewayError `integer_above_max_value` for more bytes than a file may have, `storage_unavailable`;
   * `idempotency_key_reused` and `request_in_progress` for its key.
   */
  abstract create(tenant: string, request: CreateUploadDto, attempt?: CreateAttempt): Promise<UploadObject>;
  /** @throws GatewayError `invalid_request` where the upload takes no parts any more. */
  abstract addPart(tenant: string, uploadId: string, part: NewPart): Promise<UploadPartObject>;
  /**
   * Makes the file. Asked again, it is the same file.
   *
   * @throws GatewayError `invalid_value` for parts that are unknown or do not come to what was announced,
   * `invalid_request` where the upload has ended, or is made of other parts already.
   */
  abstract complete(
    tenant: string,
    uploadId: string,
    request: CompleteUploadDto,
    signal?: AbortSignal,
  ): Promise<UploadObject>;
  /** Idempotent. @throws GatewayError `invalid_request` once the upload is being completed. */
  abstract cancel(tenant: string, uploadId: string): Promise<UploadObject>;
}
