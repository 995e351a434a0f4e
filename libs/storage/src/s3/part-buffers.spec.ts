import { describe, expect, it } from 'vitest';
import { PartBuffers } from './part-buffers.js';

describe('PartBuffers', () => {
  it('uses what was given back again, also for less, and then again in its whole length', () => {
    const buffers = new PartBuffers();
    const first = buffers.take(6);
    buffers.giveBack(first);
    const second = buffers.take(4);
    expect([second.buffer, second.length]).toEqual([first.buffer, 4]);
    buffers.giveBack(second.subarray(0, 2));
    expect(buffers.take(6).buffer).toBe(first.buffer);
  });

  it('leaves alone what was not given back, or is too short', () => {
    const buffers = new PartBuffers();
    const first = buffers.take(5);
    const second = buffers.take(5);
    buffers.giveBack(second);
    expect([first.buffer, second.buffer]).not.toContain(buffers.take(8).buffer);
  });

  it('keeps only a few of what many uploads give back at once', () => {
    const buffers = new PartBuffers();
    const many = Array.from({ length: 20 }, () => buffers.take(1));
    for (const one of many) buffers.giveBack(one);
    const again = Array.from({ length: 20 }, () => buffers.take(1).buffer);
    expect(many.filter(({ buffer }) => again.includes(buffer))).toHaveLength(8);
  });
});
