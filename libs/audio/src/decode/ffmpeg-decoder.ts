import { ALLOWED_FORMATS } from './allowed-formats.js';
import { AudioDecoder, type DecodeRequest } from './audio-decoder.port.js';
import { runDecoder } from './decoder-process.js';
import { SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';

/** Largest single block of memory that FFmpeg may ask for; headers that lie about sizes ask for gigabytes. */
const MAX_BLOCK_BYTES = 128 * 1024 * 1024;
/** A little is decoded beyond the limit, so that a recording that is too long is told from one that just fits. */
const SECONDS_BEYOND = 1;

/** The `ffmpeg` of this machine. */
export class FfmpegDecoder extends AudioDecoder {
  constructor(private readonly command: string) {
    super();
  }

  decode(request: DecodeRequest): AsyncIterable<Buffer> {
    return runDecoder({ command: this.command, args: toArguments(request) }, request);
  }
}

function toArguments({ source, maxSeconds }: DecodeRequest): string[] {
  const [protocol, address] = 'file' in source ? ['file', `file:${source.file}`] : ['pipe', 'pipe:0'];
  const general = [
    '-nostdin',
    '-hide_banner',
    '-nostats',
    '-loglevel',
    'level+info',
    '-max_alloc',
    String(MAX_BLOCK_BYTES),
  ];
  const input = [
    ['-protocol_whitelist', protocol],
    ['-format_whitelist', ALLOWED_FORMATS.join(',')],
    ['-threads', '1'],
    ['-vn', '-sn', '-dn'],
    ['-i', address],
  ];
  const output = [
    ['-map', '0:a:0'],
    ['-t', String(maxSeconds + SECONDS_BEYOND)],
    ['-ac', '1', '-ar', String(SAMPLE_RATE_HZ)],
    // Otherwise each packet is written by itself: 51,000 pieces for an hour of mp3, of which each wakes the reader.
    ['-flush_packets', '0'],
    ['-f', 's16le', 'pipe:1'],
  ];
  return [...general, ...input.flat(), ...output.flat()];
}
