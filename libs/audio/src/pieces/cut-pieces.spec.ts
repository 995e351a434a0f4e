import { describe, expect, it } from 'vitest';
import { toSamples, toSeconds } from '../pcm/pcm-format.js';
import { cutPieces, type PieceLimits } from './cut-pieces.js';

const LIMITS: PieceLimits = { targetSeconds: 26, maxSeconds: 30 };

function cut(spans: readonly (readonly [number, number])[], seconds: number, limits = LIMITS): number[][] {
  const speech = spans.map(([start, end]) => ({ start: toSamples(start), end: toSamples(end) }));
  return cutPieces(speech, toSamples(seconds), limits).map(({ start, end, overlap }) =>
    [start, end, overlap].map(toSeconds),
  );
}

describe('cutPieces', () => {
  it('sends nothing where nothing is said, and no silence at the edges', () => {
    expect(cut([], 60)).toEqual([]);
    expect(cut([[4, 10]], 60)).toEqual([[3.8, 10.2, 0]]);
    expect(cut([[0, 10]], 10)).toEqual([[0, 10, 0]]);
  });

  it('leaves long silence out', () => {
    expect(
      cut(
        [
          [1, 5],
          [11, 12],
          [16, 18],
        ],
        20,
      ),
    ).toEqual([
      [0.8, 5.2, 0],
      [10.8, 18.2, 0],
    ]);
  });

  it('cuts in the longest pause near the target', () => {
    const pieces = cut(
      [
        [0, 20],
        [22, 25],
        [25.5, 40],
      ],
      40,
    );

    expect(pieces).toEqual([
      [0, 20.2, 0],
      [21.8, 40, 0],
    ]);
  });

  it('cuts a pause that is shorter than its pads in the middle', () => {
    expect(
      cut(
        [
          [0, 26],
          [26.2, 50],
        ],
        50,
      ),
    ).toEqual([
      [0, 26.1, 0],
      [26.1, 50, 0],
    ]);
  });

  it('overlaps only where nobody pauses', () => {
    expect(cut([[0, 70]], 70)).toEqual([
      [0, 30, 0],
      [27, 57, 3],
      [54, 70, 3],
    ]);
  });

  it('covers all speech with pieces within their maximum, for any speech', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { spans, seconds } = scatter(seed);
      const pieces = cut(spans, seconds);
      for (const [start, end] of spans) {
        for (let at = start; at < end; at += 0.25)
          expect(pieces.some(([from = 0, to = 0]) => from <= at && at < to)).toBe(true);
      }
      pieces.forEach(([start = 0, end = 0, overlap = 0], index) => {
        expect(end - start).toBeLessThanOrEqual(30.0001);
        expect(end).toBeGreaterThan(start);
        const before = pieces[index - 1]?.[1] ?? 0;
        expect(start).toBeCloseTo(overlap > 0 ? before - overlap : Math.max(start, before), 3);
      });
    }
  });
});

/** Spans and pauses of many lengths. */
function scatter(seed: number): { spans: [number, number][]; seconds: number } {
  let state = seed * 2_654_435_761;
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const spans: [number, number][] = [];
  let at = random() * 3;
  while (at < 200) {
    const end = at + random() ** 3 * 60 + 0.05;
    spans.push([at, end]);
    at = end + 0.15 + random() ** 2 * 8;
  }
  return { spans, seconds: (spans.at(-1)?.[1] ?? 0) + random() };
}
