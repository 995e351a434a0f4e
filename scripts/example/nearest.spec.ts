import { expect, it } from 'vitest';
import { nearest } from '#scripts/example/nearest';

it('ranks by direction and not by length', () => {
  const vectors = [
    [0, 1],
    [100, 1],
    [1, 1],
    [-1, 0],
    [0, 0],
  ];
  expect(nearest([1, 0], vectors, 3)).toEqual([1, 2, 0]);
});
