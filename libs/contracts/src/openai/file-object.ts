/** Purposes a caller may upload for, and those that Sluice writes itself. */
export const UPLOAD_PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;
export type UploadPurpose = (typeof UPLOAD_PURPOSES)[number];
export type FilePurpose = UploadPurpose | 'batch_output';

/** OpenAI's `file` object. Times are Unix seconds. */
export interface FileObject {
  readonly id: string;
  readonly object: 'file';
  readonly bytes: number;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly filename: string;
  readonly purpose: FilePurpose;
  /** Always `processed`: SDK helpers wait for it. */
  readonly status: 'processed';
  readonly status_details: null;
}

export interface DeletedFile {
  readonly id: string;
  readonly object: 'file';
  readonly deleted: true;
}
