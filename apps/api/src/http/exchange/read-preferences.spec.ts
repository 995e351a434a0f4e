import { describe, expect, it } from 'vitest';
import { readPreferences } from './read-preferences.js';

describe('readPreferences', () => {
  it('reads names without regard to case, with their values, and the first of each', () => {
    const header = 'Respond-Async, wait = "7"; x=y, handling=lenient, wait=9';
    expect(Object.fromEntries(readPreferences(header))).toEqual({
      'respond-async': '',
      wait: '7',
      handling: 'lenient',
    });
  });

  it('reads a header that came twice', () => {
    expect([...readPreferences(['respond-async', 'wait=4']).keys()]).toEqual(['respond-async', 'wait']);
  });

  it.each([undefined, '', ',', ' ; '])('finds nothing in %j', (header) => {
    expect(readPreferences(header).size).toBe(0);
  });
});
