import { hash } from 'node:crypto';
import { objectKeys, type FileObject } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore, Versioned } from '#storage';
import { isExpiredKey, keyReused } from '../creates/create-keys.js';
import type { CreateAttempt, CreateSubject } from '../creates/creates.types.js';
import { FirstTries } from '../creates/first-tries.js';
import { packFileFacts } from './file-index.js';

/** What is written down about a key once a file's content is stored: all that is needed to make the file of it. */
interface FileKeyNote {
  readonly digest: string;
  readonly file: FileObject;
  readonly createdAtMs: number;
  /** Whether the file was made. It may have been deleted since, and does not come back. */
  readonly made: boolean;
}

export interface FileCreatesOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  /** Makes a file of content and index entry that are stored; twice is once. */
  makeRecord(tenant: string, file: FileObject): Promise<void>;
  readonly now: () => number;
}

export interface StoredContent extends CreateSubject {
  readonly attempt: CreateAttempt;
  /** What the content would be; it is not a file yet. */
  readonly file: FileObject;
  readonly createdAtMs: number;
}

/**
 * Files that are sent again and stored once. What a request says is known only when all of it has come, so two at
 * once with one key both run to their end, and one of them makes the file that both answer with.
 */
export class FileCreates {
  private readonly tries: FirstTries;

  constructor(private readonly options: FileCreatesOptions) {
    this.tries = new FirstTries(options.store, options.records, options.now);
  }

  /** @returns the file that there is then; where that is another, the content is gone. @throws GatewayError `idempotency_key_reused` */
  async make(content: StoredContent): Promise<FileObject> {
    const { attempt } = content;
    if (attempt.key !== undefined) return await this.makeWithKey(content, attempt.key);
    const first = attempt.retryCount > 0 ? await this.findFirst(content, attempt.retryCount) : undefined;
    if (first !== undefined) {
      await this.discard(content);
      return first;
    }
    // Beside the index entry, which without a record is no file.
    await Promise.all([this.tries.note(content, content.file.id), this.enterIndex(content)]);
    await this.options.makeRecord(content.tenant, content.file);
    return content.file;
  }

  private async findFirst(content: StoredContent, retryCount: number): Promise<FileObject | undefined> {
    const id = await this.tries.claim(content, 'file-', retryCount);
    if (id === undefined) return undefined;
    return (await this.options.records.read<FileObject>(objectKeys.fileRecord(content.tenant, id)))?.value;
  }

  private async makeWithKey(content: StoredContent, text: string): Promise<FileObject> {
    const { tenant, digest, file, createdAtMs } = content;
    const { records } = this.options;
    const key = objectKeys.createKey(tenant, content.route, hash('sha256', text, 'base64url'));
    const own: FileKeyNote = { digest, file, createdAtMs, made: false };
    const [standing] = await Promise.all([this.firstNote(key, own), this.enterIndex(content)]);
    const { value } = standing;
    if (value.file.id === file.id) return await this.makeNoted(tenant, standing);
    if (isExpiredKey(value, this.options.now())) {
      await records.update<FileKeyNote>(key, (current) => (current.file.id === value.file.id ? own : undefined));
      return await this.makeWithKey(content, text);
    }
    await this.discard(content);
    if (value.digest !== digest) throw keyReused();
    if (value.made) return value.file;
    // Its request may have died before its entry was written.
    await this.enterIndex({ tenant, file: value.file });
    return await this.makeNoted(tenant, standing);
  }

  /** The note that stands first, which may be one's own. */
  private async firstNote(key: string, own: FileKeyNote): Promise<Versioned<FileKeyNote>> {
    const { records } = this.options;
    try {
      return await records.create(key, own);
    } catch (error) {
      const standing = GatewayError.is(error, 'conflict') ? await records.read<FileKeyNote>(key) : undefined;
      if (standing === undefined) throw error;
      return standing;
    }
  }

  private async makeNoted(tenant: string, note: Versioned<FileKeyNote>): Promise<FileObject> {
    await this.options.makeRecord(tenant, note.value.file);
    try {
      await this.options.records.replace(note, { ...note.value, made: true });
    } catch (error) {
      // Another request with the key has said so already.
      if (!GatewayError.is(error, 'conflict')) throw error;
    }
    return note.value.file;
  }

  private async enterIndex({ tenant, file }: Pick<StoredContent, 'tenant' | 'file'>): Promise<void> {
    await this.options.store.put(objectKeys.fileIndexEntry(tenant, file.id, packFileFacts(file)), '');
  }

  /** The entry last: it leads the search for garbage to the content. */
  private async discard({ tenant, file }: StoredContent): Promise<void> {
    await this.options.store.delete([objectKeys.fileContent(tenant, file.id)]);
    await this.options.store.delete([objectKeys.fileIndexEntry(tenant, file.id, packFileFacts(file))]);
  }
}
