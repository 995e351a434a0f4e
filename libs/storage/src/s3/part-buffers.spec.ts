import { describe, expect, it } from 'vitest';
import { PartBuffers } from './part-buffers.js';

const pieces = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe('PartBuffers', () => {
  it('joins pieces in order', () => {
    expect(new PartBuffers().join(pieces('one ', 'two ', 'three')).toString()).toBe('one two three');
  });

  it('uses what was given back again, also for less, and then again in its whole length', () => {
    const buffers = new PartBuffers();
    const first = buffers.join(pieces('a part'));
    buffers.giveBack(first);
    const second = buffers.join(pieces('less'));
    expect(second.toString()).toBe('less');
    expect(second.buffer).toBe(first.buffer);
    buffers.giveBack(second);
    expect(buffers.join(pieces('longer')).buffer).toBe(first.buffer);
  });

  it('leaves alone what was not given back, or is too short', () => {
    const buffers = new PartBuffers();
    const first = buffers.join(pieces('first'));
    const second = buffers.join(pieces('other'));
    buffers.giveBack(second);
    expect(buffers.join(pieces('too long')).buffer).not.toBe(second.buffer);
    expect(first.toString()).toBe('first');
  });
});
