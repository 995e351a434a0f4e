import type { BenchSystem } from '#load/bulk/bench-system';

/** What the stand-in noted of one model call. */
export interface SeenCall {
  readonly time: string;
  readonly inputs: readonly string[];
  readonly durationMs?: number;
  readonly outcome?: string;
}

export async function readWitness(system: BenchSystem): Promise<readonly SeenCall[]> {
  const response = await fetch(`${system.awsOrigin}/_control/witness`);
  return (await response.json()) as SeenCall[];
}

export async function clearWitness(system: BenchSystem): Promise<void> {
  await fetch(`${system.awsOrigin}/_control/witness`, { method: 'DELETE' });
}

/** Inputs a second, from the beginning of the first call to the end of the last. */
export function rowsPerSecond(calls: readonly SeenCall[]): number {
  const beginsMs = calls.map(({ time }) => Date.parse(time));
  const endsMs = calls.map(({ time, durationMs }) => Date.parse(time) + (durationMs ?? Number.NaN));
  const rows = calls.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const first = beginsMs.reduce((least, atMs) => Math.min(least, atMs), Infinity);
  const last = endsMs.reduce((most, atMs) => Math.max(most, atMs), 0);
  return (rows * 1000) / (last - first);
}
