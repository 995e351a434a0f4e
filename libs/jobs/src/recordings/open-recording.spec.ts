import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { wrapWav } from '#audio';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { openRecording, type OpenedRecording } from './open-recording.js';

const TIMEOUT_MS = 10_000;
const MIB = 1_048_576;

const store = new MemoryObjectStore();

async function open(
  body: Readable,
  signal = new AbortController().signal,
  place?: { readonly key: string; readonly etag: string; readonly size: number },
): Promise<OpenedRecording> {
  const input = { body, ...(place ?? { size: 200_000, etag: 'etag' }) };
  return await openRecording(input, { store, signal, timeoutMs: TIMEOUT_MS });
}

async function spoolsOfOurs(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`sluice-recording-${process.pid}-`));
}

/** In pieces of their own memory, as they come from a socket. */
function toBody(bytes: Buffer, pieceBytes = 30_000): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) => {
    const piece = bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes);
    return Buffer.concat([piece], piece.length);
  });
  return Readable.from(pieces);
}

/** A piece is copied before the next one is asked for, when its memory is another's. */
async function readAll(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('openRecording', () => {
  it.each([100, 65_536, 200_000])('gives WAV of %d bytes as it comes, and keeps no file', async (bytes) => {
    const wav = wrapWav(Buffer.alloc(bytes - 44, 7));
    await using recording = await open(toBody(wav));
    const { source } = recording;
    if ('file' in source) throw new Error('it became a file');

    expect(source.head.equals(wav.subarray(0, 65_536))).toBe(true);
    expect((await readAll(source.bytes)).equals(wav)).toBe(true);
    expect(await spoolsOfOurs()).toEqual([]);
  });

  it.each([1_000, 2 * MIB, 5 * MIB + 7])('reads WAV of %d bytes from its store by ranges', async (size) => {
    const wav = wrapWav(Buffer.alloc(size - 44, 'samples'));
    const { etag } = await store.put('wav', wav);
    const { body } = await store.getStream('wav');
    await using recording = await open(body, undefined, { key: 'wav', etag, size });
    const { source } = recording;
    if ('file' in source) throw new Error('it became a file');
    expect(body.destroyed).toBe(true);

    expect((await readAll(source.bytes)).equals(wav)).toBe(true);
  });

  it('begins again with what is there where WAV was replaced in its store', async () => {
    const wav = wrapWav(Buffer.alloc(5 * MIB));
    const { etag } = await store.put('replaced', wav);
    const { body } = await store.getStream('replaced');
    await using recording = await open(body, undefined, { key: 'replaced', etag, size: wav.length });
    await store.put('replaced', 'something else');
    const { source } = recording;

    await expect(Array.fromAsync('bytes' in source ? source.bytes : [])).rejects.toMatchObject({
      reason: 'storage_unavailable',
    });
  });

  it('makes all else a file, which is gone once it is disposed of', async () => {
    const bytes = Buffer.alloc(200_000, 'ID3 and more');
    {
      await using recording = await open(toBody(bytes));
      if ('bytes' in recording.source) throw new Error('it became a stream');
      expect((await readFile(recording.source.file)).equals(bytes)).toBe(true);
    }
    expect(await spoolsOfOurs()).toEqual([]);
  });

  it('leaves neither file nor stream behind that nobody reads to its end', async () => {
    const stream = toBody(wrapWav(Buffer.alloc(200_000)));
    {
      await using recording = await open(stream);
      expect('bytes' in recording.source).toBe(true);
    }
    expect(stream.destroyed).toBe(true);

    const failing = toBody(Buffer.alloc(200_000, 1));
    const cut = new Error('cut');
    setImmediate(() => failing.destroy(cut));
    await expect(open(failing)).rejects.toBe(cut);
    expect(await spoolsOfOurs()).toEqual([]);
  });

  it('ends with its signal, whatever it is waiting for', async () => {
    const left = new Error('left');
    for (const first of [Buffer.alloc(0), Buffer.alloc(100_000, 1)]) {
      const body = new PassThrough({ highWaterMark: 1_000_000 });
      if (first.length > 0) body.write(first);
      const controller = new AbortController();
      setTimeout(() => controller.abort(left), 20);
      await expect(open(body, controller.signal)).rejects.toBe(left);
      expect(body.destroyed).toBe(true);
    }
    await expect(open(toBody(Buffer.alloc(1)), AbortSignal.abort(left))).rejects.toBe(left);
    expect(await spoolsOfOurs()).toEqual([]);
  });
});
