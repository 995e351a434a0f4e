import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordingDurationSeconds } from './recording-duration.js';

const FOLDER = new URL('../../../../audio/src/decode/testing/recordings/', import.meta.url);
const read = (format: string): Buffer => readFileSync(new URL(`words.${format}`, FOLDER));

describe('recordingDurationSeconds', () => {
  it.each(['wav', 'flac', 'ogg', 'opus', 'm4a', 'mp4', 'webm', 'mp3'])('reads how long a %s is', (format) => {
    const seconds = recordingDurationSeconds(read(format));

    expect(seconds).toBeGreaterThan(2.3);
    expect(seconds).toBeLessThan(2.7);
  });

  it('counts the frames of an MP3 behind a tag and before another', () => {
    const plain = read('mp3');
    const picture = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x08\0', 'latin1'), Buffer.alloc(1024, 0xff)]);
    const tagged = Buffer.concat([picture, plain.subarray(endOfId3(plain)), Buffer.from('TAG'), Buffer.alloc(125)]);

    expect(recordingDurationSeconds(tagged)).toBe(recordingDurationSeconds(plain));
  });

  it.each(['ogg', 'webm', 'mp3'])('does not say how long a %s is that something else follows', (format) => {
    expect(recordingDurationSeconds(Buffer.concat([read(format), Buffer.from('more sound')]))).toBeUndefined();
  });

  it('says nothing of what it does not know, whatever the bytes are', () => {
    for (const format of ['wav', 'flac', 'ogg', 'm4a', 'webm', 'mp3']) {
      const bytes = read(format);
      for (let length = 0; length < Math.min(bytes.length, 400); length++) {
        expect(recordingDurationSeconds(bytes.subarray(0, length)) ?? 0).toBeLessThan(2.7);
      }
    }
    expect(recordingDurationSeconds(Buffer.alloc(1000))).toBeUndefined();
    expect(recordingDurationSeconds(Buffer.from('#!AMR\n'))).toBeUndefined();
  });
});

function endOfId3(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 3) !== 'ID3') return 0;
  return 10 + [6, 7, 8, 9].reduce((sum, place) => sum * 128 + bytes.readUInt8(place), 0);
}
