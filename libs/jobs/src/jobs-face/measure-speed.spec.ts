import { describe, expect, it } from 'vitest';
import type { ChunkProgress } from '../queue/job-queue.port.js';
import { measureSpeed } from './measure-speed.js';

const NOW = 1_795_000_000_000;

function chunk(completed: number, fromMs: number, untilMs: number, restored = 0): ChunkProgress {
  return { chunk: 0, completed, failed: 0, span: { restored, fromMs: NOW + fromMs, untilMs: NOW + untilMs } };
}

describe('measureSpeed', () => {
  it('is lines by seconds since the first chunk began', () => {
    expect(measureSpeed([chunk(100, -20_000, -10_000), chunk(100, -10_000, 0)], NOW)).toBe(10);
  });

  it('looks back a minute, and counts a chunk that began before with its share', () => {
    const chunks = [chunk(9_000_000, -600_000, -61_000), chunk(120, -120_000, 0)];
    expect(measureSpeed(chunks, NOW)).toBe(1);
  });

  it('counts failures, and not what an earlier attempt had done', () => {
    const restarted = chunk(90, -10_000, 0, 40);
    expect(measureSpeed([{ ...restarted, failed: 10 }], NOW)).toBe(6);
  });

  it('says the same until another line is done', () => {
    const chunks = [chunk(100, -20_000, 0)];
    expect([1, 999, 9999].map((later) => measureSpeed(chunks, NOW + later))).toEqual([5, 5, 5]);
    expect(measureSpeed(chunks, NOW + 30_000)).toBeCloseTo(2, 0);
  });

  it('is nothing at a standstill, and unknown where nobody measured', () => {
    expect(measureSpeed([chunk(100, -300_000, -200_000)], NOW)).toBe(0);
    expect(measureSpeed([], NOW)).toBeUndefined();
    expect(measureSpeed([{ chunk: 0, completed: 500, failed: 0 }], NOW)).toBeUndefined();
    expect(measureSpeed([chunk(40, -10_000, -10_000, 40)], NOW)).toBeUndefined();
  });

  it('does not make a burst of the first lines', () => {
    expect(measureSpeed([chunk(50, 0, 1)], NOW + 1)).toBe(50);
  });
});
