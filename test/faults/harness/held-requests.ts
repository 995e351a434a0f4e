import type { Fault } from '../../setup/processes.js';

/** A request to S3 that is not answered, once; a worker that makes it can be killed in the midst of it. */
export function heldRequest(operation: string, keyPattern: string): Fault {
  return { target: 's3', operation, keyPattern, kind: 'stall', times: 1 };
}

/** Places of points of a family that draws so many for each seed: those of all the seeds that this run has. */
export function placesOfRun(perSeed: number): readonly number[] {
  const first = (Number(process.env['SLUICE_FAULT_SEED'] ?? 1) - 1) * perSeed;
  return Array.from({ length: Number(process.env['SLUICE_FAULT_SEEDS'] ?? 1) * perSeed }, (_, index) => first + index);
}
