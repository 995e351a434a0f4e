import type { System } from '../../setup/processes.js';
import type { KillPoint } from './kill-points.js';
import { waitFor } from './wait-for.js';

export interface PlacedPoint extends KillPoint {
  readonly id: string;
}

/** Sets points before the job begins. Each is met once. */
export async function placePoints(system: System, points: readonly KillPoint[]): Promise<PlacedPoint[]> {
  const placed: PlacedPoint[] = [];
  for (const point of points) placed.push({ ...point, id: await system.addFault(point.fault) });
  return placed;
}

/** Waits until one of the points is met; `undefined` once `isOver` says that none will be. */
export async function nextPoint(
  system: System,
  points: readonly PlacedPoint[],
  isOver: () => Promise<boolean>,
): Promise<PlacedPoint | undefined> {
  return await waitFor(
    'a kill point or the end',
    async () => {
      const fired = new Set((await system.control.faults()).filter((fault) => fault.fired > 0).map(({ id }) => id));
      const met = points.find(({ id }) => fired.has(id));
      if (met !== undefined) return { met };
      return (await isOver()) ? { met: undefined } : undefined;
    },
    120_000,
  ).then(({ met }) => met);
}

/** Calls `kill` at each point that is met until the job has ended. @returns the points that were met, in that order */
export async function killAtPoints(
  system: System,
  points: readonly PlacedPoint[],
  steps: { isOver(): Promise<boolean>; kill(point: PlacedPoint): Promise<void> },
): Promise<PlacedPoint[]> {
  const met: PlacedPoint[] = [];
  for (;;) {
    const left = points.filter(({ id }) => !met.some((point) => point.id === id));
    const point = left.length === 0 ? undefined : await nextPoint(system, left, () => steps.isOver());
    if (point === undefined) return met;
    met.push(point);
    await steps.kill(point);
  }
}
