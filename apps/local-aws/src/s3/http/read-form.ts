import { ByteReader } from '../body/byte-reader.js';
import { S3Error } from '../s3-error.js';

export interface PostedForm {
  /** Fields before the file, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  /** Empty where the browser sent none. */
  readonly fileName: string;
  readonly file: AsyncIterable<Buffer>;
}

const maxHeadBytes = 8 * 1024;
// S3 refuses forms whose fields together exceed 20 KB.
const maxFieldBytes = 20 * 1024;
const headEnd = Buffer.from('\r\n\r\n');

/**
 * Reads a `multipart/form-data` body up to its file, whose bytes the caller then reads. Fields behind the file are
 * ignored, as S3 ignores them.
 * @throws S3Error MalformedPOSTRequest
 */
export async function readForm(contentType: string, body: AsyncIterable<Buffer>): Promise<PostedForm> {
  const delimiter = readDelimiter(contentType);
  const reader = new ByteReader(body);
  if ((await reader.readUntil(delimiter.subarray(2), maxHeadBytes)) === undefined) throw malformed('it has no parts');
  const fields = new Map<string, string>();
  for (let fieldBytes = 0; ;) {
    const part = await readPartHead(reader);
    if (part.name === 'file') return { fields, fileName: part.fileName, file: readFile(reader, delimiter) };
    const value = await reader.readUntil(delimiter, maxFieldBytes);
    fieldBytes += part.name.length + (value?.length ?? 0);
    if (value === undefined || fieldBytes > maxFieldBytes) throw malformed('its fields are incomplete or too large');
    fields.set(part.name, value.toString('utf8'));
  }
}

/** What stands before every part but the first, which lacks the line end. */
function readDelimiter(contentType: string): Buffer {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  if (boundary === null) throw malformed('it names no boundary');
  return Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`);
}

async function readPartHead(reader: ByteReader): Promise<{ name: string; fileName: string }> {
  const head = (await reader.readUntil(headEnd, maxHeadBytes))?.toString('utf8') ?? '';
  const name = dispositionParameter(head, 'name')?.toLowerCase();
  if (name === undefined) throw malformed('a part has no name, or there is no file');
  return { name, fileName: dispositionParameter(head, 'filename') ?? '' };
}

async function* readFile(reader: ByteReader, delimiter: Buffer): AsyncGenerator<Buffer> {
  const complete = yield* reader.takeUntil(delimiter);
  if (!complete) throw new S3Error('IncompleteBody', 'The form ended within its file.');
}

function dispositionParameter(head: string, parameter: string): string | undefined {
  const disposition = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1] ?? '';
  const match = new RegExp(`;\\s*${parameter}=(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(disposition);
  return match?.[1] ?? match?.[2];
}

function malformed(reason: string): S3Error {
  return new S3Error(
    'MalformedPOSTRequest',
    `The body of your POST request is not well-formed multipart/form-data: ${reason}.`,
  );
}
