import type { Writable } from 'node:stream';
import type { DecoderWatch } from './decoder-watch.js';

/** Hands a stream on to a decoder. What the stream throws ends the decoder. */
export async function feedDecoder(input: Writable, bytes: AsyncIterable<Buffer>, watch: DecoderWatch): Promise<void> {
  // One that has what it needs closes its input, and what it says when it ends counts.
  input.on('error', () => undefined);
  try {
    watch.waitsForSource();
    for await (const piece of bytes) {
      watch.hasSource();
      if (!(await write(input, piece))) return;
      watch.waitsForSource();
    }
    input.end();
  } catch (error) {
    watch.stop(error);
  } finally {
    watch.hasSource();
  }
}

/** @returns whether it was taken. */
async function write(input: Writable, piece: Buffer): Promise<boolean> {
  return await new Promise((resolve) => {
    input.write(piece, (error) => resolve(error === null || error === undefined));
  });
}
