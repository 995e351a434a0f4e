import type { CompleteUploadDto, CreateUploadDto, UploadObject, UploadPartObject } from '#contracts';
import { Uploads, type NewPart } from '#jobs';
import { GatewayError, newId } from '#platform';

/** Uploads in memory, of which no file ever comes: what is asked of them is what tests look at. */
export class MemoryUploads extends Uploads {
  readonly parts = new Map<string, Buffer>();
  readonly completed: CompleteUploadDto[] = [];
  private readonly kept = new Map<string, { tenant: string; upload: UploadObject }>();

  override create(tenant: string, request: CreateUploadDto): Promise<UploadObject> {
    const created = Math.floor(Date.now() / 1000);
    const { bytes, filename, purpose } = request;
    const facts = { bytes, filename, purpose, created_at: created, expires_at: created + 3600 };
    const upload: UploadObject = { id: newId('upload_'), object: 'upload', ...facts, status: 'pending', file: null };
    this.kept.set(upload.id, { tenant, upload });
    return Promise.resolve(upload);
  }

  override async addPart(tenant: string, uploadId: string, { content }: NewPart): Promise<UploadPartObject> {
    this.find(tenant, uploadId);
    const id = newId('part_');
    this.parts.set(id, Buffer.concat(await Array.fromAsync(content)));
    return { id, object: 'upload.part', created_at: Math.floor(Date.now() / 1000), upload_id: uploadId };
  }

  override complete(tenant: string, uploadId: string, request: CompleteUploadDto): Promise<UploadObject> {
    this.completed.push(request);
    return Promise.resolve().then(() => ({ ...this.find(tenant, uploadId), status: 'completed' }));
  }

  override cancel(tenant: string, uploadId: string): Promise<UploadObject> {
    return Promise.resolve().then(() => ({ ...this.find(tenant, uploadId), status: 'cancelled' }));
  }

  private find(tenant: string, uploadId: string): UploadObject {
    const one = this.kept.get(uploadId);
    if (one?.tenant === tenant) return one.upload;
    throw new GatewayError('not_found', `No such Upload object: ${uploadId}`, { param: 'upload_id' });
  }
}
