import { expect, it } from 'vitest';
import { renderProgress } from '#scripts/example/progress-bar';

it.each([
  [0, 40, 500, `${'░'.repeat(30)}  0/40`],
  [10, 40, 2000, `${'█'.repeat(8)}${'░'.repeat(22)}  10/40  5/s  6 s to go`],
  [40, 40, 4000, `${'█'.repeat(30)}  40/40  10/s`],
])('shows %i of %i after %i ms', (done, total, elapsedMs, text) => {
  expect(renderProgress(done, total, elapsedMs)).toBe(text);
});
