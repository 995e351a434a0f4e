import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';
import type { DecodeRequest, RecordingFile } from './audio-decoder.port.js';
import { invalidAudio, tooLong } from './decode-errors.js';
import { DecoderWatch } from './decoder-watch.js';
import { explainFailure } from './explain-failure.js';
import { feedDecoder } from './feed-decoder.js';
import { HEAD_BYTES, isCutWav } from './wav-head.js';

export interface DecoderCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const MAX_STDERR_BYTES = 16_384;

/** Runs one decoder: samples from its output, words of failure from its error output, an end in every case. */
export async function* runDecoder(command: DecoderCommand, request: DecodeRequest): AsyncGenerator<Buffer> {
  const { source, signal, maxSeconds } = request;
  signal.throwIfAborted();
  const { head, size } = 'file' in source ? await readHead(source) : source;
  if (isCutWav(head, size)) throw invalidAudio('it is cut off before its end.');
  const child = start(command, 'file' in source ? 'ignore' : 'pipe');
  const watch = new DecoderWatch(child, request);
  if ('bytes' in source) void feedDecoder(child.stdin as Writable, source.bytes, watch);
  const words = collectWords(child.stderr as Readable);
  const maxBytes = maxSeconds * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE;
  let bytes = 0;
  try {
    for await (const piece of child.stdout as Readable) {
      const samples = piece as Buffer;
      bytes += samples.length;
      watch.sawOutput();
      if (bytes > maxBytes) throw tooLong(maxSeconds);
      watch.handedOut();
      yield samples;
      watch.sawOutput();
    }
    const [code] = (await watch.exit) as [number | null];
    watch.throwIfStopped();
    const fault = explainFailure({ code, words: await words, bytes });
    if (fault !== undefined) throw invalidAudio(fault);
  } catch (error) {
    watch.throwIfStopped();
    throw error;
  } finally {
    await watch.end();
  }
}

function start({ command, args, environment }: DecoderCommand, input: 'ignore' | 'pipe'): ChildProcess {
  // Nothing of this process's environment is a decoder's business.
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment };
  return spawn(command, args, { stdio: [input, 'pipe', 'pipe'], env });
}

async function readHead({ file }: RecordingFile): Promise<{ readonly head: Buffer; readonly size: number }> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
  await handle.read(head, 0, head.length, 0);
  return { head, size };
}

async function collectWords(stream: Readable): Promise<string> {
  let words = '';
  for await (const piece of stream) {
    if (words.length < MAX_STDERR_BYTES) words += String(piece);
  }
  return words.slice(0, MAX_STDERR_BYTES);
}
