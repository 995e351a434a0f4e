import { type FileHandle, open, rename, rm } from 'node:fs/promises';

// Small objects are written with one call; large ones hold no more than this and one network chunk in memory.
const bufferBytes = 256 * 1024;

/** A file in the making. Unless it is moved into place it disappears when it is disposed of. */
export class StagedFile implements AsyncDisposable {
  private readonly path: string;
  private readonly durable: boolean;
  private handle: FileHandle | undefined;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private state: 'unopened' | 'open' | 'closed' | 'moved' = 'unopened';

  constructor(path: string, durable: boolean) {
    this.path = path;
    this.durable = durable;
  }

  /** Appends bytes, which must not be changed afterwards. */
  async append(bytes: Uint8Array): Promise<void> {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes >= bufferBytes) await this.flush();
  }

  /** Appends the last bytes and closes the file; on disk when this returns, where the area is durable. */
  async finish(lastBytes: Uint8Array): Promise<void> {
    this.pending.push(lastBytes);
    const handle = await this.flush();
    if (this.durable) await handle.sync();
    await this.close();
  }

  async moveTo(path: string): Promise<void> {
    await rename(this.path, path);
    this.state = 'moved';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    if (this.state === 'closed') await rm(this.path, { force: true });
  }

  private async flush(): Promise<FileHandle> {
    const handle = (this.handle ??= await this.open());
    const bytes = this.pending.length === 1 ? (this.pending[0] as Uint8Array) : Buffer.concat(this.pending);
    this.pending = [];
    this.pendingBytes = 0;
    for (let written = 0; written < bytes.length;) {
      written += (await handle.write(bytes, written)).bytesWritten;
    }
    return handle;
  }

  private async open(): Promise<FileHandle> {
    const handle = await open(this.path, 'wx');
    this.state = 'open';
    return handle;
  }

  private async close(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'closed';
    await this.handle?.close();
  }
}
