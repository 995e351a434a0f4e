import { Readable } from 'node:stream';
import { toListPage, type DeletedFile, type FileObject, type ListPageObject } from '#contracts';
import { Files, type FileContent, type FileQuery, type NewFile } from '#jobs';
import { GatewayError, newId } from '#platform';

const PIECE_BYTES = 65_536;

interface KeptFile {
  readonly tenant: string;
  readonly object: FileObject;
  readonly bytes: Buffer;
}

/** Files in memory, with the order of things that real storage has: all bytes first, then what is said of them. */
export class MemoryFiles extends Files {
  readonly kept = new Map<string, KeptFile>();
  readonly queries: FileQuery[] = [];
  /** What becomes of contents on their way out. */
  onTheWay: (body: Readable) => Readable = (body) => body;

  override async create(file: NewFile): Promise<FileObject> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.content) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    const created = Math.floor(Date.now() / 1000);
    const object: FileObject = {
      id: newId('file-'),
      object: 'file',
      bytes: bytes.length,
      created_at: created,
      expires_at: file.expiresAfterSeconds === undefined ? null : created + file.expiresAfterSeconds,
      filename: file.filename,
      purpose: file.purpose,
      status: 'processed',
      status_details: null,
    };
    this.kept.set(object.id, { tenant: file.tenant, object, bytes });
    return object;
  }

  override retrieve(tenant: string, fileId: string): Promise<FileObject> {
    return Promise.resolve().then(() => this.find(tenant, fileId).object);
  }

  override list(tenant: string, query: FileQuery): Promise<ListPageObject<FileObject>> {
    this.queries.push(query);
    const mine = [...this.kept.values()].filter((file) => file.tenant === tenant).map(({ object }) => object);
    return Promise.resolve(toListPage(mine.slice(0, query.limit), mine.length > query.limit));
  }

  override delete(tenant: string, fileId: string): Promise<DeletedFile> {
    return Promise.resolve().then(() => {
      this.find(tenant, fileId);
      this.kept.delete(fileId);
      return { id: fileId, object: 'file', deleted: true };
    });
  }

  override async content(tenant: string, fileId: string, rangeHeader?: string): Promise<FileContent> {
    const { object, bytes } = await Promise.resolve(this.find(tenant, fileId));
    const whole = { fileId, filename: object.filename, totalBytes: bytes.length };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(rangeHeader ?? '') ?? [];
    if (first === undefined || last === undefined) return { ...whole, body: this.onTheWay(toStream(bytes)) };
    const range = { first: Number(first), last: Number(last) };
    return { ...whole, range, body: this.onTheWay(toStream(bytes.subarray(range.first, range.last + 1))) };
  }

  private find(tenant: string, fileId: string): KeptFile {
    const file = this.kept.get(fileId);
    if (file?.tenant === tenant) return file;
    throw new GatewayError('not_found', `No such File object: ${fileId}`, { param: 'id' });
  }
}

/** In pieces that are the reader's own, as storage gives them. */
function toStream(bytes: Buffer): Readable {
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      yield Buffer.from(new Uint8Array(bytes.subarray(at, at + PIECE_BYTES)).buffer);
  };
  return Readable.from(pieces(), { objectMode: false });
}
