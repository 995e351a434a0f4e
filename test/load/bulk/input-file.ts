import { closeSync, openSync, writeSync } from 'node:fs';

export const MODEL = 'bge-m3/dev';
/** The endpoint of that model in the example catalog. */
export const ENDPOINT = 'EMD-Model-bge-m3-endpoint';
const LINES_PER_WRITE = 2000;

export interface InputFile {
  readonly path: string;
  readonly lines: number;
  readonly bytes: number;
}

/** One line of an embeddings batch, without its line feed. */
export function embeddingLine(customId: string, input: string): string {
  const body = { model: MODEL, input, encoding_format: 'base64', dimensions: 64 };
  return JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/embeddings', body });
}

/** Writes lines until `lineOf` has none left. */
export function writeInput(path: string, lineOf: (index: number, bytesSoFar: number) => string | undefined): InputFile {
  const file = openSync(path, 'w');
  let lines = 0;
  let bytes = 0;
  try {
    for (let isMore = true; isMore;) {
      let text = '';
      for (let count = 0; count < LINES_PER_WRITE && isMore; count++) {
        const line = lineOf(lines, bytes + text.length);
        isMore = line !== undefined;
        if (line === undefined) break;
        text += `${line}\n`;
        lines++;
      }
      bytes += writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
  return { path, lines, bytes };
}

export function writePassages(path: string, count: number): InputFile {
  return writeInput(path, (index) =>
    index < count ? embeddingLine(`line-${index}`, `passage number ${index}`) : undefined,
  );
}
