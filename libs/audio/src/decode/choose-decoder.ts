import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { AudioDecoder } from './audio-decoder.port.js';
import { FfmpegDecoder } from './ffmpeg-decoder.js';
import { NodeAvDecoder } from './node-av/node-av-decoder.js';

/**
 * The decoder of this machine: `ffmpeg` where it is on the path, which servers and images have, else the npm package.
 *
 * @param path the process's `PATH`
 * @returns `undefined` where there is neither
 */
export async function chooseDecoder(path: string): Promise<AudioDecoder | undefined> {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    const command = join(folder, 'ffmpeg');
    if (await isExecutable(command)) return new FfmpegDecoder(command);
  }
  return hasNodeAv() ? new NodeAvDecoder() : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasNodeAv(): boolean {
  try {
    createRequire(import.meta.url).resolve('node-av/api');
    return true;
  } catch {
    return false;
  }
}
