import { describe, expect, it } from 'vitest';
import { nameOtherFormat } from './name-other-format.js';

describe('nameOtherFormat', () => {
  it.each([
    ['a JPEG image', 'ffd8ffe000104a464946'],
    ['a PNG image', '89504e470d0a1a0a0000000d'],
    ['a PDF document', Buffer.from('%PDF-1.7\n').toString('hex')],
    ['a ZIP archive', '504b030414000600'],
    ['a gzip archive', '1f8b080000000000'],
    ['an HTML page', Buffer.from('\n<!DOCTYPE html><html>').toString('hex')],
  ])('knows %s', (name, hex) => {
    expect(nameOtherFormat(Buffer.from(hex, 'hex'))).toBe(name);
  });

  it.each([
    ['WAV', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1')],
    ['MP3 with a tag', Buffer.from('ID3\u0004', 'latin1')],
    ['MP3 frames', Buffer.from('fffb9064', 'hex')],
    ['AAC frames', Buffer.from('fff15080', 'hex')],
    ['M4A', Buffer.from('0000001c6674797069736f6d', 'hex')],
    ['Ogg', Buffer.from('OggS')],
    ['FLAC', Buffer.from('fLaC')],
    ['WebM', Buffer.from('1a45dfa3', 'hex')],
    ['raw samples', Buffer.alloc(64)],
    ['two bytes', Buffer.from('ffd8', 'hex')],
  ])('leaves %s to the model server', (_name, bytes) => {
    expect(nameOtherFormat(bytes)).toBeUndefined();
  });

  it('reads a part of a larger buffer as that part', () => {
    const pool = Buffer.concat([Buffer.from('RIFF'), Buffer.from('ffd8ffe0', 'hex')]);
    expect(nameOtherFormat(pool.subarray(4))).toBe('a JPEG image');
    expect(nameOtherFormat(pool)).toBeUndefined();
  });
});
