import { fileURLToPath } from 'node:url';
import { AudioDecoder, type DecodeRequest } from '../audio-decoder.port.js';
import { runDecoder } from '../decoder-process.js';

/** FFmpeg inside the optional npm package `node-av`, for machines without one of their own. */
export class NodeAvDecoder extends AudioDecoder {
  decode(request: DecodeRequest): AsyncIterable<Buffer> {
    const { source } = request;
    const args = 'file' in source ? [scriptPath(), source.file] : [scriptPath()];
    return runDecoder({ command: process.execPath, args }, request);
  }
}

function scriptPath(): string {
  const url = new URL('./decode-file.script.js', import.meta.url);
  if (import.meta.url.endsWith('.ts')) url.pathname = url.pathname.replace(/\.js$/, '.ts');
  return fileURLToPath(url);
}
