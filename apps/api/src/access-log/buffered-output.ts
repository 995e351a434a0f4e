import { pino } from 'pino';

/** Where lines can be written, and made to be written out. */
export interface BufferedOutput {
  write(line: string): void;
  flush(): void;
}

/** Lines are gathered up to this many bytes, since a system call for each costs more than the rest of the line. */
const BUFFER_BYTES = 32_768;
/** Of one system call; the library wants it above what is gathered. */
const MAX_WRITE_BYTES = 65_536;
const FLUSH_MS = 500;

/**
 * Writes in pieces of some kilobytes, or what there is after half a second.
 *
 * @param target file descriptor or path.
 */
export function createBufferedOutput(target: number | string): BufferedOutput {
  const destination = pino.destination({
    dest: target,
    minLength: BUFFER_BYTES,
    maxWrite: MAX_WRITE_BYTES,
    sync: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    // Not `flushSync`: that waits for the disk, which is the reader's business and not the event loop's.
    destination.flush();
  };
  return {
    write: (line) => {
      destination.write(line);
      timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
  };
}
