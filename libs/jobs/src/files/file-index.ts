import type { FileObject, FilePurpose } from '#contracts';

/**
 * What a page shows of a file, packed into the index entry's key, so that a page costs one LIST and no reads.
 * The file name is cut there when the key would grow past S3's 1,024 bytes; the record keeps it whole.
 */
interface FileFacts {
  readonly b: number;
  readonly c: number;
  readonly e: number | null;
  readonly n: string;
  readonly p: FilePurpose;
}

/** Bytes of the name's JSON form, where a control character takes six. */
const MAX_NAME_BYTES = 300;

export function packFileFacts(file: FileObject): string {
  const facts: FileFacts = {
    b: file.bytes,
    c: file.created_at,
    e: file.expires_at,
    n: cutText(file.filename, MAX_NAME_BYTES),
    p: file.purpose,
  };
  return Buffer.from(JSON.stringify(facts)).toString('base64url');
}

export function unpackFileFacts(fileId: string, packed: string): FileObject {
  const facts = JSON.parse(Buffer.from(packed, 'base64url').toString('utf8')) as FileFacts;
  return {
    id: fileId,
    object: 'file',
    bytes: facts.b,
    created_at: facts.c,
    expires_at: facts.e,
    filename: facts.n,
    purpose: facts.p,
    status: 'processed',
    status_details: null,
  };
}

const QUOTES = 2;

/** Cuts at a character boundary so that the JSON form has at most `maxBytes` between its quotes. */
function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - QUOTES;
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}
