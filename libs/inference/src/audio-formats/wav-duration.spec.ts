import { describe, expect, it } from 'vitest';
import { wavDurationSeconds } from './wav-duration.js';

function wav(options: {
  readonly declaredBytes: number;
  readonly presentBytes: number;
  readonly extra?: Buffer;
}): Buffer {
  const { declaredBytes, presentBytes, extra = Buffer.alloc(0) } = options;
  const header = Buffer.alloc(36);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE(32_000, 28);
  const data = Buffer.alloc(8 + presentBytes);
  data.write('data', 0, 'latin1');
  data.writeUInt32LE(declaredBytes, 4);
  return Buffer.concat([header, extra, data]);
}

describe('The duration of a WAV file', () => {
  it('is what its header says', () => {
    expect(wavDurationSeconds(wav({ declaredBytes: 48_000, presentBytes: 48_000 }))).toBe(1.5);
  });

  it('is found behind other chunks, those of odd length included', () => {
    const list = Buffer.from('LIST\x03\x00\x00\x00abc\x00', 'latin1');

    expect(wavDurationSeconds(wav({ declaredBytes: 32_000, presentBytes: 32_000, extra: list }))).toBe(1);
  });

  it('counts only the bytes that are there', () => {
    expect(wavDurationSeconds(wav({ declaredBytes: 0xffff_ffff, presentBytes: 16_000 }))).toBe(0.5);
  });

  it('is that of what is there where a recorder has left the length at nothing', () => {
    expect(wavDurationSeconds(wav({ declaredBytes: 0, presentBytes: 16_000 }))).toBe(0.5);
    expect(wavDurationSeconds(wav({ declaredBytes: 0, presentBytes: 0 }))).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['other files', 'ID3 an mp3 file'],
    ['a header alone', 'RIFF\0\0\0\0WAVE'],
  ])('is not known for %s', (_what, text) => {
    expect(wavDurationSeconds(Buffer.from(text, 'latin1'))).toBeUndefined();
  });
});
