import type { UploadPartObject } from '#contracts';
import type { Uploads } from '#jobs';
import type { HttpRequest } from '../http/http.types.js';
import { openUpload } from '../http/multipart/open-upload.js';

/** OpenAI's 64 MB. */
const MAX_PART_BYTES = 64 * 1_048_576;

/** Takes a part of an upload from the form straight into storage. */
export class UploadPart {
  constructor(private readonly uploads: Uploads) {}

  async run(tenant: string, uploadId: string, request: HttpRequest): Promise<UploadPartObject> {
    const part = await openUpload(request, { field: 'data', maxBytes: MAX_PART_BYTES, readFields: () => undefined });
    try {
      const { signal } = request.exchange;
      return await this.uploads.addPart(tenant, uploadId, { content: part.content, signal });
    } catch (error) {
      throw part.failure ?? error;
    } finally {
      part.discard();
    }
  }
}
