import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagedFile } from './staged-file.js';
import { syncDirectory } from './sync-directory.js';

/** Where files are written before one rename makes them visible; in the data folder, so that a rename is atomic. */
export class StagingArea {
  readonly durable: boolean;
  private readonly directory: string;

  private constructor(directory: string, durable: boolean) {
    this.directory = directory;
    this.durable = durable;
  }

  /** Opens the area and removes what a killed process left in it. */
  static async open(directory: string, durable: boolean): Promise<StagingArea> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return new StagingArea(directory, durable);
  }

  createFile(): StagedFile {
    return new StagedFile(join(this.directory, randomUUID()), this.durable);
  }

  /** Replaces the file at `path` with `content`, whole or not at all. */
  async replaceFile(path: string, content: Buffer): Promise<void> {
    await using staged = this.createFile();
    await staged.finish(content);
    await staged.moveTo(path);
    await this.settle(path);
  }

  /** Takes a directory out of sight at once and removes it afterwards. */
  async removeDirectory(path: string): Promise<void> {
    const grave = join(this.directory, randomUUID());
    await rename(path, grave);
    await this.settle(path);
    await rm(grave, { recursive: true, force: true });
  }

  /** Returns when the last rename or removal at `path` is on disk. */
  async settle(path: string): Promise<void> {
    if (this.durable) await syncDirectory(dirname(path));
  }
}
