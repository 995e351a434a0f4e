import type { FileObject, UploadPurpose } from './file-object.js';

/** OpenAI's `upload` object: a file that comes in parts. Times are Unix seconds. */
export interface UploadObject {
  readonly id: string;
  readonly object: 'upload';
  /** What was announced, and what the parts have to come to. */
  readonly bytes: number;
  readonly created_at: number;
  /** After which no part is taken and nothing can be completed. */
  readonly expires_at: number;
  readonly filename: string;
  readonly purpose: UploadPurpose;
  readonly status: 'pending' | 'completed' | 'cancelled' | 'expired';
  /** There once the upload is completed. */
  readonly file: FileObject | null;
}

/** Where to PUT a part without the api in between. `url` is a secret. */
export interface UploadPartLink {
  /** Of the part, for completing the upload. */
  readonly id: string;
  readonly object: 'upload.part_link';
  readonly upload_id: string;
  readonly method: 'PUT';
  readonly url: string;
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: number;
}

/** Where to GET a file's content without the api in between. `url` is a secret. */
export interface FileContentLink {
  readonly object: 'file.content_link';
  readonly file_id: string;
  readonly method: 'GET';
  readonly url: string;
  readonly expires_at: number;
}

export interface UploadPartObject {
  readonly id: string;
  readonly object: 'upload.part';
  readonly created_at: number;
  readonly upload_id: string;
}
