import { describe, expect, it } from 'vitest';
import { complete } from '../testing/ask.js';
import { readImageFacts } from './image-size.js';

// Heads of images, written out by hand after the formats' specifications.
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  Buffer.from('00000280000001e00806000000', 'hex'),
]);
const gif = Buffer.from('4749463839610a0014008000', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc00011080064012c03012200021101031101', 'hex');
const webp = (format: string, rest: string) =>
  Buffer.concat([Buffer.from(`RIFF\x00\x00\x00\x00WEBP${format}`, 'latin1'), Buffer.from(rest.padEnd(64, '0'), 'hex')]);

describe('the facts of an image', () => {
  it.each([
    ['PNG', png, 640, 480],
    ['GIF', gif, 10, 20],
    ['JPEG', jpeg, 300, 100],
    ['WebP', webp('VP8 ', '000000000000009d012a90017000'), 400, 112],
    ['WebP', webp('VP8L', '000000002f8f010a00'), 400, 41],
    ['WebP', webp('VP8X', '0a000000000000008f01002b0100'), 400, 300],
  ])('are read from a %s', (type, bytes, width, height) => {
    expect(readImageFacts(bytes)).toEqual({ type, width, height });
  });

  it('are not made up for other bytes', () => {
    expect(readImageFacts(Buffer.from('%PDF-1.7'))).toBeUndefined();
    expect(readImageFacts(png.subarray(0, 20))).toBeUndefined();
    expect(readImageFacts(Buffer.from('ffd8ffe0', 'hex'))).toBeUndefined();
  });

  it('are what the chat engine says of it', () => {
    const image = (bytes: Buffer, type: string) => ({
      type: 'image_url',
      image_url: { url: `data:image/${type};base64,${bytes.toString('base64')}` },
    });
    const ask = (parts: object[]) =>
      complete({ messages: [{ role: 'user', content: parts }] }).choices[0]?.message.content;
    const text = { type: 'text', text: 'What is in this image?' };
    expect(ask([text, image(png, 'png')])).toBe(
      `I was given one image: a PNG of 640x480 pixels (${png.length} bytes).`,
    );
    expect(ask([image(jpeg, 'jpeg'), text, image(gif, 'gif')])).toMatch(
      /2 images: \(1\) a JPEG of 300x100.*\(2\) a GIF of 10x20/,
    );
  });
});
