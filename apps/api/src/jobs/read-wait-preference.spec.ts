import { describe, expect, it } from 'vitest';
import { readWaitPreference } from './read-wait-preference.js';

describe('readWaitPreference', () => {
  it.each([
    ['wait=10', 10],
    ['Wait = "7"', 7],
    ['respond-async, wait=3; x=y, handling=lenient', 3],
    ['wait=0', 0],
    ['wait=100000', 60],
  ])('reads %s', (header, seconds) => {
    expect(readWaitPreference(header)).toBe(seconds);
  });

  it.each([undefined, '', 'respond-async', 'wait', 'wait=', 'wait=soon', 'wait=-1', 'wait=1.5', 'await=3'])(
    'passes over %s',
    (header) => {
      expect(readWaitPreference(header)).toBeUndefined();
    },
  );

  it('reads a header that came twice', () => {
    expect(readWaitPreference(['respond-async', 'wait=4'])).toBe(4);
  });
});
