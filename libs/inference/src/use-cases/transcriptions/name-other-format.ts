/** First bytes of what people send by mistake. Containers differ in what audio they read, so only what is none is told. */
const SIGNATURES: readonly (readonly [name: string, start: Buffer])[] = [
  ['a JPEG image', Buffer.from('ffd8ff', 'hex')],
  ['a PNG image', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['a GIF image', Buffer.from('GIF8', 'latin1')],
  ['a PDF document', Buffer.from('%PDF-', 'latin1')],
  ['a ZIP archive', Buffer.from('504b0304', 'hex')],
  ['a gzip archive', Buffer.from('1f8b08', 'hex')],
];
const PAGE = /^(?:\ufeff)?\s*<(?:!doctype html|html)/i;
const PAGE_BYTES = 64;

/** What a file is that certainly holds no sound; undefined when it may hold some. */
export function nameOtherFormat(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PAGE_BYTES));
  const found = SIGNATURES.find(([, signature]) => start.subarray(0, signature.length).equals(signature));
  if (found !== undefined) return found[0];
  return PAGE.test(start.toString('utf8')) ? 'an HTML page' : undefined;
}
