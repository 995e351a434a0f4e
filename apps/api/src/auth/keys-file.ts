import { readFile } from 'node:fs/promises';
import { ConfigurationError, type Logger } from '#platform';
import type { KeyRing } from './key-ring.js';
import { parseKeysFile } from './parse-keys-file.js';

export interface KeysFileOptions {
  readonly path: string;
  /** Whether the file may not be there yet; it then holds no key until it is. */
  readonly optional?: boolean;
  /** Milliseconds between two readings. */
  readonly reloadMs: number;
  readonly ring: KeyRing;
  readonly logger: Logger;
}

const NO_KEYS = '[]';

/** Keeps a ring's keys as the file says. A reading that fails changes nothing: the last good keys stay. */
export class KeysFile {
  private timer: NodeJS.Timeout | undefined;
  private text: string | undefined;
  private failing = false;

  constructor(private readonly options: KeysFileOptions) {}

  /** @throws ConfigurationError when the first reading fails: a process without keys must not start. */
  async open(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigurationError(`SLUICE_KEYS_FILE '${this.options.path}' cannot be used: ${reason}.`, {
        cause: error,
      });
    }
    this.schedule();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Reads the file now. Also an unchanged file counts as a good reading, so that its keys do not go stale. */
  async reload(): Promise<void> {
    const { path, logger } = this.options;
    try {
      await this.read();
      if (this.failing) logger.info({ path }, 'the keys file can be read again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) logger.error({ path, error }, 'the keys file cannot be read; the last good keys stay');
      this.failing = true;
    }
  }

  private async read(): Promise<void> {
    const text = await this.readText();
    const records = parseKeysFile(text);
    if (this.text !== undefined && this.text !== text) {
      this.options.logger.info({ path: this.options.path, keys: records.length }, 'the keys file has changed');
    }
    this.text = text;
    this.options.ring.replace(records);
  }

  private async readText(): Promise<string> {
    try {
      return await readFile(this.options.path, 'utf8');
    } catch (error) {
      // One that has been there and is gone was lost, not emptied.
      const isExpected = this.options.optional === true && (this.text === undefined || this.text === NO_KEYS);
      if (isExpected && (error as NodeJS.ErrnoException).code === 'ENOENT') return NO_KEYS;
      throw error;
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      void this.reload().then(() => {
        if (this.timer !== undefined) this.schedule();
      });
    }, this.options.reloadMs);
    this.timer.unref();
  }
}
