import { describe, expect, it } from 'vitest';
import { planCalls, type CallBounds } from './plan-calls.js';

function plan(texts: readonly string[], bounds: CallBounds): string[][] {
  return planCalls(
    texts.map((text) => Buffer.from(text)),
    bounds,
  ).map((call) => call.map((input) => input.toString('utf8')));
}

describe('planCalls', () => {
  it('keeps the order and both bounds', () => {
    expect(plan(['aa', 'bb', 'cc', 'd'], { inputBytes: 100, inputs: 3 })).toEqual([['aa', 'bb', 'cc'], ['d']]);
    expect(plan(['aa', 'bb', 'cc', 'd'], { inputBytes: 6, inputs: 9 })).toEqual([
      ['aa', 'bb'],
      ['cc', 'd'],
    ]);
    expect(plan(['aa', 'bb'], { inputBytes: 20, inputs: 9, bytesAroundInput: 10 })).toEqual([['aa'], ['bb']]);
  });

  it('gives an input that is too long a call of its own', () => {
    expect(plan(['a', 'bbbbbb', 'c'], { inputBytes: 4, inputs: 9 })).toEqual([['a'], ['bbbbbb'], ['c']]);
  });

  it('makes no call for nothing', () => {
    expect(plan([], { inputBytes: 4, inputs: 9 })).toEqual([]);
  });
});
