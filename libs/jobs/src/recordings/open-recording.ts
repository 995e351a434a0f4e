import type { Readable } from 'node:stream';
import { HEAD_BYTES, isWav, type DecodeRequest } from '#audio';
import { GatewayError } from '#platform';
import type { ObjectStream } from '#storage';
import { spoolFile } from './spool-file.js';

/** A recording as decoders take it. Nothing of it is left once it is disposed of. */
export interface OpenedRecording extends AsyncDisposable {
  readonly source: DecodeRequest['source'];
}

/**
 * WAV goes to the decoder as it comes, for it takes no seeking and is as large as ten of all others: a gigabyte an hour
 * would be written to a disk and read again. Other recordings become files.
 *
 * @throws GatewayError `storage_unavailable` where the store takes longer than `timeoutMs`; the signal's reason.
 */
export async function openRecording(
  { body, size }: ObjectStream,
  { signal: needed, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<OpenedRecording> {
  const tooLate = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([needed, tooLate]);
  const leave = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    const { head, bytes } = await takeHead(body);
    if (isWav(head)) return { source: { bytes, head, size }, [Symbol.asyncDispose]: async () => await destroy(body) };
    const file = await spoolFile(bytes);
    return { source: { file: file.path }, [Symbol.asyncDispose]: async () => await file[Symbol.asyncDispose]() };
  } catch (error) {
    await destroy(body);
    if (!tooLate.aborted || needed.aborted) throw error;
    throw new GatewayError('storage_unavailable', 'The recording did not come from the store in time.', {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** @returns the first bytes, and all bytes with these among them. */
async function takeHead(body: Readable): Promise<{ readonly head: Buffer; readonly bytes: AsyncIterable<Buffer> }> {
  const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  const taken: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    taken.push(piece.value);
    length += piece.value.length;
  }
  const head = Buffer.concat(taken).subarray(0, HEAD_BYTES);
  const bytes = async function* (): AsyncGenerator<Buffer> {
    yield* taken;
    yield* pieces;
  };
  return { head, bytes: bytes() };
}

async function destroy(body: Readable): Promise<void> {
  body.on('error', () => undefined).destroy();
  await Promise.resolve();
}
