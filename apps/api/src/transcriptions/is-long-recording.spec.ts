import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { amrHum, FORMATS } from '../../../../libs/audio/src/decode/testing/hostile-files.js';
import { isLongRecording } from './is-long-recording.js';

const FOLDER = new URL('../../../../libs/audio/src/decode/testing/recordings/', import.meta.url);
const MAX_SECONDS = 30;

function isLong(bytes: Buffer, maxSeconds = MAX_SECONDS): boolean {
  return isLongRecording({ bytes, filename: 'talk', contentType: '' }, maxSeconds);
}

/** At the lowest bitrate of MPEG 2, as audio books have it. */
function quietMp3(seconds: number): Buffer {
  const frame = Buffer.alloc(26);
  frame.writeUInt32BE(0xfff3_1000);
  return Buffer.concat(Array.from({ length: Math.ceil(seconds / (576 / 22_050)) }, () => frame));
}

function streamedWav(seconds: number): Buffer {
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0',
    'latin1',
  );
  return Buffer.concat([header, Buffer.alloc(seconds * 32_000)]);
}

describe('A recording', () => {
  it.each(FORMATS)('of a few seconds of %s is no long one, and is one where a model hears less', (format) => {
    const bytes = readFileSync(new URL(`words.${format}`, FOLDER));

    expect([isLong(bytes), isLong(bytes, 2)]).toEqual([false, true]);
  });

  it('is long by its sound, however few bytes that takes', () => {
    expect(quietMp3(31).length).toBeLessThan(35_000);
    expect([isLong(quietMp3(29)), isLong(quietMp3(31))]).toEqual([false, true]);
  });

  it('that was streamed, and does not say how long it became, is as long as its bytes', () => {
    expect([isLong(streamedWav(29)), isLong(streamedWav(31))]).toEqual([false, true]);
  });

  it('counts as long where nobody can tell that it is not', () => {
    expect([isLong(amrHum(5)), isLong(amrHum(31))]).toEqual([false, true]);
    expect(isLong(Buffer.alloc(100_000, 'x'))).toBe(true);
  });
});
