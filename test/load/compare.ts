import { median, type Candidate, type Gateway } from '#load/bench-processes';

export interface Pair {
  readonly relay: Candidate;
  readonly gateway: Gateway;
}

export interface Medians {
  readonly relay: number;
  readonly sluice: number;
}

/** Measures both turn by turn. The first round warms up and does not count. */
export async function takeTurns<T>(
  { relay, gateway }: Pair,
  rounds: number,
  measure: (candidate: Candidate) => Promise<T>,
): Promise<{ readonly relay: T[]; readonly sluice: T[] }> {
  const values = { relay: [] as T[], sluice: [] as T[] };
  for (let round = 0; round <= rounds; round++) {
    const [bare, ours] = [await measure(relay), await measure(gateway)];
    if (round === 0) continue;
    values.relay.push(bare);
    values.sluice.push(ours);
  }
  return values;
}

/** Prints the medians and their ratio. */
export function printRatio(title: string, values: { readonly relay: number[]; readonly sluice: number[] }): void {
  const [bare, ours] = [median(values.relay), median(values.sluice)];
  console.log(`= ${title}: relay ${bare.toFixed(2)}, sluice ${ours.toFixed(2)}, ratio ${(ours / bare).toFixed(2)}`);
}

/** Prints the medians and what Sluice adds. */
export function printAdded(title: string, values: { readonly relay: number[]; readonly sluice: number[] }): void {
  const [bare, ours] = [median(values.relay), median(values.sluice)];
  console.log(
    `= ${title}: relay ${bare.toFixed(2)} ms, sluice ${ours.toFixed(2)} ms, added ${(ours - bare).toFixed(2)} ms`,
  );
}
