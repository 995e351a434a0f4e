import type { Readable } from 'node:stream';
import type { DeletedFile, FileObject, FilePurpose, ListPageObject } from '#contracts';
import type { CreateAttempt } from '../creates/creates.types.js';

/**
 * `purpose` and `expiresAfterSeconds` are read only once `content` has ended: in a form they may come behind the file. Where they
 * make no sense `content` throws, and nothing is stored.
 */
export interface NewFile {
  readonly tenant: string;
  readonly filename: string;
  readonly purpose: FilePurpose;
  /** Seconds from now until the file ends by itself; absent = the purpose's default. */
  readonly expiresAfterSeconds?: number;
  readonly content: AsyncIterable<Uint8Array>;
  /** Absent where nobody will send it again. */
  readonly attempt?: CreateAttempt;
  readonly signal?: AbortSignal;
}

export interface FileQuery {
  /** Id of the last item of the page before. */
  readonly after?: string;
  /** 1 to 10,000. */
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly purpose?: string;
}

/** A file's bytes, or the part of them that a Range header asked for. */
export interface FileContent {
  readonly body: Readable;
  readonly fileId: string;
  readonly filename: string;
  /** Bytes of the whole file. */
  readonly totalBytes: number;
  /** First and last byte sent, both included; absent when the whole file is sent. */
  readonly range?: { readonly first: number; readonly last: number };
}

/** What the files routes ask for. Another tenant's file is `not_found`. */
export abstract class Files {
  /** @throws GatewayError `storage_unavailable`; nothing is acknowledged that is not stored. `idempotency_key_reused` for its key. */
  abstract create(file: NewFile): Promise<FileObject>;
  abstract retrieve(tenant: string, fileId: string): Promise<FileObject>;
  abstract list(tenant: string, query: FileQuery): Promise<ListPageObject<FileObject>>;
  abstract delete(tenant: string, fileId: string): Promise<DeletedFile>;
  /** @param rangeHeader the request's `Range`, e.g. `bytes=0-99`. @throws GatewayError `range_not_satisfiable`. */
  abstract content(tenant: string, fileId: string, rangeHeader?: string, signal?: AbortSignal): Promise<FileContent>;
}
