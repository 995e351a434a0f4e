/**
 * A process of its own: `node decode-file.script.js [file]` writes the samples of a recording to its output, and why it
 * could not to its error output; without a file it reads WAV from its input. It imports nothing of ours, so that it runs as source and as built.
 */
import { once } from 'node:events';
import { Decoder, Demuxer, FilterAPI } from 'node-av/api';

const FORMATS = 'mov,mp3,wav,w64,flac,ogg,matroska,amr,aac,aiff,caf';
const SAMPLES = 'aresample=16000,aformat=sample_fmts=s16:channel_layouts=mono';
const BYTES_PER_SAMPLE = 2;

async function decodeFile(file: string | undefined): Promise<void> {
  await using input = await openInput(file);
  const stream = input.audio();
  if (stream === undefined) throw new Error('no audio stream');
  process.stderr.write(describe(input));
  using decoder = await Decoder.create(stream, { context: { threadCount: 1 } });
  using filter = FilterAPI.create(SAMPLES);
  for await (const frame of filter.frames(decoder.frames(input.packets(stream.index)))) {
    if (frame === null) continue;
    const samples = frame.data?.[0]?.subarray(0, frame.nbSamples * BYTES_PER_SAMPLE);
    if (samples !== undefined) await write(samples);
    frame.free();
  }
  await flush();
}

async function openInput(file: string | undefined): Promise<Demuxer> {
  const options = { protocol_whitelist: 'file', format_whitelist: FORMATS };
  return file === undefined
    ? await Demuxer.open(process.stdin, { format: 'wav', options })
    : await Demuxer.open(file, { options });
}

/** A frame is some kilobytes, and each piece that is written wakes the reader. */
const PIECE_BYTES = 65_536;
let piece = Buffer.alloc(PIECE_BYTES);
let filled = 0;

/** Copies: the frame's memory is FFmpeg's and is used again. */
async function write(samples: Buffer): Promise<void> {
  for (let at = 0; at < samples.length;) {
    const copied = samples.copy(piece, filled, at);
    at += copied;
    filled += copied;
    if (filled === PIECE_BYTES) await flush();
  }
}

async function flush(): Promise<void> {
  const full = piece.subarray(0, filled);
  piece = Buffer.alloc(PIECE_BYTES);
  filled = 0;
  if (full.length > 0 && !process.stdout.write(full)) await once(process.stdout, 'drain');
}

/** In the words of FFmpeg's own command. */
function describe(input: Demuxer): string {
  const hours = Math.floor(input.duration / 3600);
  const minutes = Math.floor(input.duration / 60) % 60;
  const pad = (value: number): string => String(value).padStart(2, '0');
  const seconds = (input.duration % 60).toFixed(2).padStart(5, '0');
  return `Input #0, ${input.formatName},\nDuration: ${pad(hours)}:${pad(minutes)}:${seconds}\n`;
}

try {
  await decodeFile(process.argv[2]);
} catch (error) {
  process.stderr.write(`[error] ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  // It may hold more than the samples, which nobody reads.
  process.stdin.destroy();
}
