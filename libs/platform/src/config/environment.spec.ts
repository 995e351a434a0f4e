import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  readBoolean,
  readChoice,
  readInteger,
  readOptionalString,
  readString,
} from './environment.js';

const BOUNDS = { fallback: 5, min: 1, max: 10 };

describe('readString', () => {
  it('trims, and takes blank for unset', () => {
    expect(readString({ NAME: ' x ' }, 'NAME')).toBe('x');
    expect(readString({ NAME: '  ' }, 'NAME', 'fallback')).toBe('fallback');
    expect(readString({}, 'NAME', 'fallback')).toBe('fallback');
    expect(readOptionalString({ NAME: ' ' }, 'NAME')).toBeUndefined();
    expect(readOptionalString({ NAME: 'x ' }, 'NAME')).toBe('x');
  });

  it('names the variable that is missing', () => {
    expect(() => readString({ NAME: '' }, 'NAME')).toThrow(ConfigurationError);
    expect(() => readString({}, 'NAME')).toThrow(/NAME is not set/);
  });
});

describe('readInteger', () => {
  it('reads whole numbers within the bounds, both ends included', () => {
    expect(['1', '10', ' 7 '].map((text) => readInteger({ N: text }, 'N', BOUNDS))).toEqual([1, 10, 7]);
    expect([readInteger({}, 'N', BOUNDS), readInteger({ N: '' }, 'N', BOUNDS)]).toEqual([5, 5]);
  });

  it('refuses everything else, and says what is allowed', () => {
    for (const text of ['0', '11', '1.5', 'x', '5s', 'NaN', 'Infinity', '1_0', '0x5', '1e0']) {
      expect(() => readInteger({ N: text }, 'N', BOUNDS)).toThrow(/N must be a whole number from 1 to 10/);
    }
  });

  it('reads negative numbers', () => {
    expect(readInteger({ N: '-3' }, 'N', { fallback: 0, min: -5, max: 5 })).toBe(-3);
  });
});

describe('readBoolean', () => {
  it('reads the usual spellings', () => {
    expect(['true', 'TRUE', '1'].map((text) => readBoolean({ B: text }, 'B', false))).toEqual([true, true, true]);
    expect(['false', 'False', '0'].map((text) => readBoolean({ B: text }, 'B', true))).toEqual([false, false, false]);
    expect(readBoolean({}, 'B', true)).toBe(true);
  });

  it('refuses a word that may mean either', () => {
    expect(() => readBoolean({ B: 'yes' }, 'B', false)).toThrow(/B must be true or false, but is 'yes'/);
  });
});

describe('readChoice', () => {
  it('takes one of the choices and nothing else', () => {
    expect(readChoice({ C: 'b' }, 'C', ['a', 'b'], 'a')).toBe('b');
    expect(readChoice({}, 'C', ['a', 'b'], 'a')).toBe('a');
    expect(() => readChoice({ C: 'c' }, 'C', ['a', 'b'], 'a')).toThrow(/one of a, b/);
  });
});
