import { describe, expect, it } from 'vitest';
import { FirstRequests } from './first-requests.js';

const textOf = (number: number): Buffer => Buffer.from(JSON.stringify(`text ${number}`));

describe('FirstRequests', () => {
  it('names the request that had a text first, however many there are', () => {
    const firsts = new FirstRequests();
    for (let request = 0; request < 20_000; request++) expect(firsts.firstOf(textOf(request), request)).toBeUndefined();
    for (let request = 0; request < 20_000; request++)
      expect(firsts.firstOf(textOf(request), 20_000 + request)).toBe(request);
  });

  it('names request 0 as any other', () => {
    const firsts = new FirstRequests();
    firsts.firstOf(textOf(1), 0);
    expect([firsts.firstOf(textOf(1), 1), firsts.firstOf(textOf(1), 2)]).toEqual([0, 0]);
  });

  it('takes texts for others that differ in their spelling alone', () => {
    const firsts = new FirstRequests();
    firsts.firstOf(Buffer.from('"A"'), 0);
    expect(firsts.firstOf(Buffer.from('"\\u0041"'), 1)).toBeUndefined();
  });

  it('remembers no more texts than it may', () => {
    const firsts = new FirstRequests(2);
    for (const request of [0, 1, 2]) firsts.firstOf(textOf(request), request);
    expect([0, 1, 2].map((text) => firsts.firstOf(textOf(text), 3 + text))).toEqual([0, 1, undefined]);
  });
});
