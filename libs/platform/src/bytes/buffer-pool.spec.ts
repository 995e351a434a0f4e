import { afterEach, describe, expect, it, vi } from 'vitest';
import { BufferPool } from './buffer-pool.js';

const MIB = 1_048_576;

describe('BufferPool', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('uses what was given back again, also for less, and then again in its whole length', () => {
    const pool = new BufferPool(MIB);
    const first = pool.take(100_000);
    pool.giveBack(first);
    const second = pool.take(10);
    pool.giveBack(second);
    const third = pool.take(100_000);

    expect([first, second, third].map(({ length }) => length)).toEqual([100_000, 10, 100_000]);
    expect(second.buffer).toBe(first.buffer);
    expect(third.buffer).toBe(first.buffer);
  });

  it('gives out nothing twice, and nothing that is too short', () => {
    const pool = new BufferPool(MIB);
    const first = pool.take(100_000);
    const second = pool.take(100_000);
    pool.giveBack(second);

    expect(second.buffer).not.toBe(first.buffer);
    expect(pool.take(200_000).buffer).not.toBe(second.buffer);
  });

  it('gives out the shortest that is long enough', () => {
    const pool = new BufferPool(2 * MIB);
    const [long, short] = [pool.take(MIB), pool.take(100_000)];
    pool.giveBack(long);
    pool.giveBack(short);

    expect(pool.take(50_000).buffer).toBe(short.buffer);
    expect(pool.take(50_000).buffer).toBe(long.buffer);
  });

  it('keeps no more than it may', () => {
    const pool = new BufferPool(MIB);
    const [small, large] = [pool.take(MIB / 2), pool.take(MIB)];
    pool.giveBack(small);
    pool.giveBack(large);

    expect(pool.take(MIB).buffer).not.toBe(large.buffer);
    expect(pool.take(MIB / 2).buffer).toBe(small.buffer);
  });

  it('gives back to the system what nobody has asked for in a while, and nothing while somebody does', () => {
    vi.useFakeTimers();
    const pool = new BufferPool(2 * MIB);
    const [first, second] = [pool.take(MIB), pool.take(MIB)];
    pool.giveBack(first);
    vi.advanceTimersByTime(3_000);
    pool.giveBack(pool.take(10));
    vi.advanceTimersByTime(3_000);
    expect(first.buffer.byteLength).toBe(MIB);

    vi.advanceTimersByTime(3_000);
    expect([first.buffer.byteLength, second.buffer.byteLength]).toEqual([0, MIB]);
    expect(vi.getTimerCount()).toBe(0);

    pool.giveBack(second);
    expect(pool.take(MIB).buffer).toBe(second.buffer);
  });
});
