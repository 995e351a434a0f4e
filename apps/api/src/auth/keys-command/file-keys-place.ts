import { readFile } from 'node:fs/promises';
import { writePrivateFile } from '#platform';
import { renderKeysFile } from '../key-entry.js';
import type { KeyRecord } from '../key-record.js';
import { parseKeysFile } from '../parse-keys-file.js';
import { lockFile } from './lock-file.js';
import { KeysPlace } from './keys-place.port.js';

/** Keys in a file, 0600, which is only ever seen whole. */
export class FileKeysPlace extends KeysPlace {
  readonly description: string;

  constructor(private readonly path: string) {
    super();
    this.description = path;
  }

  override async read(): Promise<readonly KeyRecord[]> {
    try {
      return parseKeysFile(await readFile(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  override async update(change: (records: readonly KeyRecord[]) => readonly KeyRecord[]): Promise<void> {
    const release = await lockFile(`${this.path}.lock`);
    try {
      await writePrivateFile(this.path, renderKeysFile(change(await this.read())));
    } finally {
      await release();
    }
  }

  override close(): void {
    // A file is only open while it is read or written.
  }
}
