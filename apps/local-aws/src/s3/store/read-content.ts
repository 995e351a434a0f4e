import type { FileHandle } from 'node:fs/promises';

const blockBytes = 1 << 20;

/** The bytes of a range, block by block; each block is a buffer of its own. */
export async function* readContent(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  const end = start + length;
  for (let position = start; position < end;) {
    const wanted = Math.min(blockBytes, end - position);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
    if (bytesRead === 0) throw new Error(`The file ended at byte ${position}, before byte ${end}.`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
