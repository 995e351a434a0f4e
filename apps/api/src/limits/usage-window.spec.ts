import { describe, expect, it } from 'vitest';
import { SLOT_MS, UsageWindow, WINDOW_MS } from './usage-window.js';

describe('UsageWindow', () => {
  it('counts what was used in the last minute, and drops it once it is older', () => {
    const window = new UsageWindow();
    window.add(3, 1000);
    window.add(4, 1000 + 30_000);
    expect(window.total(WINDOW_MS)).toBe(7);
    expect(window.total(1000 + WINDOW_MS + SLOT_MS)).toBe(4);
    expect(window.total(10 * WINDOW_MS)).toBe(0);
  });

  it('says what was not reported yet, by its age, and once only', () => {
    const window = new UsageWindow();
    window.add(1, 0);
    window.add(2, 3 * SLOT_MS);
    const atMs = 4 * SLOT_MS;
    const amounts = window.unreported(atMs);
    expect(amounts).toEqual([
      { age: 1, amount: 2 },
      { age: 4, amount: 1 },
    ]);
    window.add(5, atMs);
    window.acknowledge(amounts, atMs, atMs + SLOT_MS);
    expect(window.pending(atMs + SLOT_MS)).toBe(5);
    expect(window.unreported(atMs + SLOT_MS)).toEqual([{ age: 1, amount: 5 }]);
  });

  it('reports everything of the last minute again once the others have forgotten it', () => {
    const window = new UsageWindow();
    window.add(2, 0);
    window.acknowledge(window.unreported(0), 0, 0);
    expect(window.pending(0)).toBe(0);
    window.forget();
    expect(window.unreported(SLOT_MS)).toEqual([{ age: 1, amount: 2 }]);
    expect(window.pending(10 * WINDOW_MS)).toBe(0);
  });

  it('knows when its oldest and its newest use leave it', () => {
    const window = new UsageWindow();
    expect([window.untilOldestLeaves(0), window.untilNewestLeaves(0)]).toEqual([0, 0]);
    window.add(1, 0);
    window.add(1, 10_000);
    const nowMs = 20_000;
    const oldest = window.untilOldestLeaves(nowMs);
    expect(window.total(nowMs + oldest - 1)).toBe(2);
    expect(window.total(nowMs + oldest)).toBe(1);
    const newest = window.untilNewestLeaves(nowMs + oldest);
    expect(window.total(nowMs + oldest + newest)).toBe(0);
  });
});
