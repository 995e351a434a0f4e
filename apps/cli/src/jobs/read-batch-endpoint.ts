import { createReadStream } from 'node:fs';
import { COMMAND } from '../command-name.js';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { asFileFailure } from '../transfer/open-input.js';

/** A line of a batch is no longer by default. */
const MAX_LINE_BYTES = 8_388_608;
const LINE_END = 0x0a;

/** The url of a batch file's first line. @throws Failure where it has none. */
export async function readBatchEndpoint(path: string): Promise<string> {
  const line = await readFirstLine(path);
  const url = urlOf(line);
  if (url !== undefined) return url;
  throw new Failure(
    `The first line of ${path} is no JSON object with a url. Is it a batch file? For texts or vectors see \`${COMMAND} embed --help\`.`,
    EXIT_CODES.usage,
  );
}

function urlOf(line: string): string | undefined {
  try {
    const { url } = JSON.parse(line) as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function readFirstLine(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_LINE_BYTES })) {
      const piece = chunk as Buffer;
      const end = piece.indexOf(LINE_END);
      pieces.push(end < 0 ? piece : piece.subarray(0, end));
      if (end >= 0) break;
    }
  } catch (error) {
    throw asFileFailure(path, 'read', error);
  }
  return Buffer.concat(pieces)
    .toString()
    .replace(/^\uFEFF/, '');
}
