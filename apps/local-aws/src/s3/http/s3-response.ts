import type { FileHandle } from 'node:fs/promises';

/** A stretch of an object file. Whoever sends or drops the response closes the handle. */
export interface ObjectContent {
  readonly handle: FileHandle;
  readonly start: number;
  readonly length: number;
}

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A document, or the bytes of an object. */
  readonly body?: string | ObjectContent;
}

export function xmlResponse(document: string, status = 200): S3Response {
  return { status, headers: { 'content-type': 'application/xml' }, body: document };
}
