import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { asFileFailure } from './open-input.js';

/**
 * A file that is written beside its final place and takes it once it is whole, so that nobody reads half of it. What an
 * interrupted command left is gone on with, as its name tells what it is a part of.
 */
export class DraftFile {
  readonly path: string;
  private handle: FileHandle | undefined;

  /** @param source Names what is written, for always the same bytes. */
  constructor(
    private readonly target: string,
    source: string,
  ) {
    this.path = `${target}.${source}.part`;
  }

  /** @returns bytes that are there already. @throws Failure where the file could not take its place. */
  async begin(): Promise<number> {
    return await this.guard(async () => {
      const inPlace = await stat(this.target).catch(ifMissing);
      // A device would be replaced, not written.
      if (inPlace?.isFile() === false) {
        throw new Failure(`${this.target} is no file. Standard output is \`-\`.`, EXIT_CODES.usage);
      }
      this.handle = await open(this.path, 'a');
      return (await stat(this.path)).size;
    });
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.guard(async () => await this.handle?.appendFile(chunk));
  }

  async startOver(): Promise<void> {
    await this.guard(async () => await this.handle?.truncate(0));
  }

  /** The draft becomes the file. */
  async finish(): Promise<void> {
    await this.guard(async () => {
      await this.handle?.sync();
      await this.close();
      await rename(this.path, this.target);
    });
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asFileFailure(this.path, 'written', error);
    }
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
