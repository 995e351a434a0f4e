import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { readInput, type InputFile } from './open-input.js';

/**
 * A form of one file and its purpose, never held in memory; its length is told first, so that too much is refused at once.
 * However often it is sent, it is the same bytes.
 */
export class FileForm {
  readonly headers: Readonly<Record<string, string>>;
  private readonly head: Buffer;
  private readonly tail: Buffer;

  constructor(
    private readonly file: InputFile,
    purpose: string,
  ) {
    const boundary = `sluice-${randomUUID()}`;
    const name = escapeName(basename(file.path));
    this.head = Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n` +
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n` +
        'content-type: application/octet-stream\r\n\r\n',
    );
    this.tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    this.headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(this.head.length + file.bytes + this.tail.length),
    };
  }

  /** @param sent Told how many bytes of the file have been taken. */
  open(sent: (bytes: number) => void): Readable {
    return Readable.from(this.read(sent), { objectMode: false });
  }

  private async *read(sent: (bytes: number) => void): AsyncGenerator<Buffer> {
    yield this.head;
    let bytes = 0;
    for await (const chunk of readInput(this.file)) {
      yield chunk;
      bytes += chunk.length;
      sent(bytes);
    }
    yield this.tail;
  }
}

/** As browsers write names that hold what would end them. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
