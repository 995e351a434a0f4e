import { objectKeys, type FileContentLink, type UploadPartLink } from '#contracts';
import { newTimeOrderedId } from '#platform';
import type { ObjectLinks } from '#storage';
import { contentDisposition } from '../files/content-disposition.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { StoredUploads } from '../uploads/stored-uploads.js';
import { PART_PREFIX } from '../uploads/upload-life.js';
import { Links } from './links.port.js';

export interface StoredLinksOptions {
  readonly links: ObjectLinks;
  readonly files: StoredFiles;
  readonly uploads: StoredUploads;
  readonly now?: () => number;
}

/** A link works for whoever has it, so not for longer than a large file takes. */
const LINK_SECONDS = 3600;

/** Links to what a tenant has in the object store, each to one object. */
export class StoredLinks extends Links {
  private readonly now: () => number;

  constructor(private readonly options: StoredLinksOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  async forPart(tenant: string, uploadId: string, bytes: number): Promise<UploadPartLink> {
    const expiresAt = await this.options.uploads.openUntil(tenant, uploadId);
    const nowMs = this.now();
    const id = newTimeOrderedId(PART_PREFIX, nowMs);
    const life = Math.max(1, expiresAt - Math.floor(nowMs / 1000));
    const { url, headers } = await this.options.links.forUpload(objectKeys.linkedPart(tenant, uploadId, id, bytes), {
      bytes,
      life,
    });
    return { id, object: 'upload.part_link', upload_id: uploadId, method: 'PUT', url, headers, expires_at: expiresAt };
  }

  async forContent(tenant: string, fileId: string): Promise<FileContentLink> {
    const { filename, expires_at: endsAt } = await this.options.files.retrieve(tenant, fileId);
    const nowSeconds = Math.floor(this.now() / 1000);
    const expiresAt = Math.min(nowSeconds + LINK_SECONDS, endsAt ?? Infinity);
    const { url } = await this.options.links.forDownload(objectKeys.fileContent(tenant, fileId), {
      disposition: contentDisposition(filename),
      life: Math.max(1, expiresAt - nowSeconds),
    });
    return { object: 'file.content_link', file_id: fileId, method: 'GET', url, expires_at: expiresAt };
  }
}
