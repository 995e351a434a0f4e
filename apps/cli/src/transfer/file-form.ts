import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { readInput, type InputFile } from './open-input.js';

export interface FileForm {
  readonly headers: Readonly<Record<string, string>>;
  /** To be read once. */
  readonly body: Readable;
}

/** A form of one file and its purpose, never held in memory; the length is told first, so that too much is refused at once. */
export function openFileForm(file: InputFile, purpose: string, sent: (bytes: number) => void): FileForm {
  const boundary = `sluice-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${escapeName(basename(file.path))}"\r\n` +
      'content-type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + file.bytes + tail.length),
    },
    body: Readable.from(send(head, file, tail, sent), { objectMode: false }),
  };
}

async function* send(
  head: Buffer,
  file: InputFile,
  tail: Buffer,
  sent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  yield head;
  let bytes = 0;
  for await (const chunk of readInput(file)) {
    yield chunk;
    bytes += chunk.length;
    sent(bytes);
  }
  yield tail;
}

/** As browsers write names that hold what would end them. */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
