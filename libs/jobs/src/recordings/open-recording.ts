import type { Readable } from 'node:stream';
import { HEAD_BYTES, isWav, type DecodeRequest } from '#audio';
import { freeBytes, GatewayError } from '#platform';
import type { ObjectStore, ObjectStream } from '#storage';
import { readPieces } from './read-pieces.js';
import { spoolFile } from './spool-file.js';

export interface OpeningRules {
  /** That opened it, if any of ours did. */
  readonly store: ObjectStore;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A recording as decoders take it. Nothing of it is left once it is disposed of. */
export interface OpenedRecording extends AsyncDisposable {
  readonly source: DecodeRequest['source'];
}

/**
 * WAV goes to the decoder as it comes, for it takes no seeking and is ten times as large as mp3: a studio's gigabyte an
 * hour would be written to a disk and read again. Other recordings become files.
 *
 * @throws GatewayError `storage_unavailable` where the store takes longer than `timeoutMs`; the signal's reason.
 */
export async function openRecording(
  input: ObjectStream,
  { store, signal: needed, timeoutMs }: OpeningRules,
): Promise<OpenedRecording> {
  const { body } = input;
  const tooLate = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([needed, tooLate]);
  const leave = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    const { head, bytes } = await takeHead(body);
    if (isWav(head)) return openWav(head, bytes, input, { store, signal: needed });
    const file = await spoolFile(bytes);
    return { source: { file: file.path }, [Symbol.asyncDispose]: async () => await file[Symbol.asyncDispose]() };
  } catch (error) {
    destroy(body);
    if (!tooLate.aborted || needed.aborted) throw error;
    throw new GatewayError('storage_unavailable', 'The recording did not come from the store in time.', {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** From the store by ranges, where it can be, which leaves no pieces to the garbage collector. */
function openWav(
  head: Buffer,
  bytes: AsyncIterable<Buffer>,
  { body, size, etag, key }: ObjectStream,
  { store, signal }: Pick<OpeningRules, 'store' | 'signal'>,
): OpenedRecording {
  if (key === undefined)
    return { source: { bytes, head, size }, [Symbol.asyncDispose]: async () => await Promise.resolve(destroy(body)) };
  destroy(body);
  const ended = new AbortController();
  const pieces = readPieces(store, { key, etag, size }, AbortSignal.any([signal, ended.signal]));
  return {
    source: { bytes: pieces, head, size },
    [Symbol.asyncDispose]: async () => await Promise.resolve(ended.abort()),
  };
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
    for (const piece of taken) yield* lend(piece);
    for await (const piece of pieces) yield* lend(piece);
  };
  return { head, bytes: bytes() };
}

function* lend(piece: Buffer): Generator<Buffer> {
  yield piece;
  freeBytes(piece);
}

function destroy(body: Readable): void {
  body.on('error', () => undefined).destroy();
}
