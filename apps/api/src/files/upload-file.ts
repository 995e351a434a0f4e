import type { FileObject, FilePurpose } from '#contracts';
import type { CreateAttempt, Files, NewFile } from '#jobs';
import { readCreateAttempt } from '../http/body/read-create-attempt.js';
import type { HttpRequest } from '../http/http.types.js';
import { openUpload } from '../http/multipart/open-upload.js';
import type { Upload } from '../http/multipart/upload.js';
import { readUploadFields, type UploadFields } from './read-upload-fields.js';

export interface UploadFileOptions {
  readonly files: Files;
  /** Largest file in bytes. */
  readonly maxFileBytes: number;
}

/** Takes an upload from the form straight into storage. */
export class UploadFile {
  constructor(private readonly options: UploadFileOptions) {}

  async run(tenant: string, request: HttpRequest): Promise<FileObject> {
    const { files, maxFileBytes } = this.options;
    const attempt = readCreateAttempt(request.headers);
    const upload = await openUpload(request, { field: 'file', maxBytes: maxFileBytes, readFields: readUploadFields });
    try {
      return await files.create(new UploadedFile(tenant, upload, { attempt, signal: request.exchange.signal }));
    } catch (error) {
      throw upload.failure ?? error;
    } finally {
      upload.discard();
    }
  }
}

/** Purpose and expiry may stand behind the file in the form: they can be read once `content` has ended, not before. */
class UploadedFile implements NewFile {
  readonly filename: string;
  readonly content: AsyncIterable<Buffer>;
  readonly attempt: CreateAttempt;
  readonly signal: AbortSignal;

  constructor(
    readonly tenant: string,
    private readonly upload: Upload<UploadFields>,
    { attempt, signal }: { readonly attempt: CreateAttempt; readonly signal: AbortSignal },
  ) {
    this.attempt = attempt;
    this.signal = signal;
    this.filename = upload.filename;
    this.content = upload.content;
  }

  get purpose(): FilePurpose {
    return this.upload.fields().purpose;
  }

  get expiresAfterSeconds(): number | undefined {
    return this.upload.fields().expiresAfterSeconds;
  }
}
