import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAX_LINES = 20;
const MAX_BYTES = 16_384;

/** The last lines of a log, indented for the terminal. */
export function readTail(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, MAX_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').trimEnd().split('\n');
    const shown = size === 0 ? ['(the log is empty)'] : lines.slice(-MAX_LINES);
    return shown.map((line) => `  ${line}`).join('\n');
  } finally {
    closeSync(file);
  }
}
