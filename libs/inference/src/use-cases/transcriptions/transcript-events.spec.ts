import { describe, expect, it } from 'vitest';
import { deltasOf } from './transcript-events.js';

const segment = (text: string) => ({ start: 0, end: 1, text });

describe('The pieces of a transcript', () => {
  it('are its segments', () => {
    expect(deltasOf({ text: 'One. Two.', segments: [segment(' One.'), segment(' Two.')] })).toEqual(['One.', ' Two.']);
  });

  it.each([
    ['there are no segments', { text: 'One. Two.' }],
    ['the segments say something else', { text: 'One. Two.', segments: [segment(' One.')] }],
  ])('are the whole text where %s', (_why, transcript) => {
    expect(deltasOf(transcript)).toEqual(['One. Two.']);
  });

  it('are none where nothing was said', () => {
    expect(deltasOf({ text: '', segments: [] })).toEqual([]);
  });
});
