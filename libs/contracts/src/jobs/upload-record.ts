import type { UploadPurpose } from '../openai/file-object.js';

/** An upload as it is stored. What may still change is what a compare-and-swap decides. */
export interface UploadRecord {
  readonly version: 1;
  readonly id: string;
  readonly createdAtMs: number;
  readonly bytes: number;
  readonly filename: string;
  readonly mimeType: string;
  readonly purpose: UploadPurpose;
  /** Seconds from completion until the file ends by itself; `null` = the purpose's default. */
  readonly expiresAfterSeconds: number | null;
  readonly status: 'pending' | 'completed' | 'cancelled';
  /** Which parts make the file. Written before the file is made and never changed: whoever goes on makes the same one. */
  readonly completion: UploadCompletion | null;
}

export interface UploadCompletion {
  readonly fileId: string;
  readonly partIds: readonly string[];
  /** When it was decided; the file's creation. */
  readonly decidedAtMs: number;
  /** Unix seconds; settled here since the default may be another one by the next try. */
  readonly fileExpiresAt: number | null;
}
