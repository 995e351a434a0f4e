import { randomUUID } from 'node:crypto';
import { createSeededRandom } from './create-seeded-random.js';
import type { Fault } from './fault.js';

export type { Fault } from './fault.js';

interface PlannedFault {
  readonly fault: Fault & { readonly id: string };
  readonly keyPattern: RegExp | undefined;
  readonly endsAtMs: number;
  readonly random: () => number;
  readonly touchedKeys: Set<string>;
  passed: number;
  fired: number;
}

/** The faults that tests have asked for, in the order they were added. Faults that are used up stay listed. */
export class FaultPlan {
  private readonly planned = new Map<string, PlannedFault>();
  private readonly nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.nowMs = nowMs;
  }

  /**
   * Adds a fault, or replaces the one with the same id.
   * @throws TypeError where keyPattern is no regular expression, RangeError where probability is not in 0..1
   */
  add(fault: Fault): string {
    const id = fault.id ?? randomUUID();
    if (fault.probability !== undefined && !(fault.probability >= 0 && fault.probability <= 1)) {
      throw new RangeError('probability must be between 0 and 1');
    }
    this.planned.set(id, {
      fault: { ...fault, id },
      keyPattern: compilePattern(fault.keyPattern),
      endsAtMs: fault.durationMs === undefined ? Infinity : this.nowMs() + fault.durationMs,
      random: createSeededRandom(fault.seed ?? 0),
      touchedKeys: new Set(),
      passed: 0,
      fired: 0,
    });
    return id;
  }

  remove(id: string): boolean {
    return this.planned.delete(id);
  }

  clear(): void {
    this.planned.clear();
  }

  list(): (Fault & { id: string; fired: number })[] {
    return [...this.planned.values()].map(({ fault, fired }) => ({ ...fault, fired }));
  }

  /** The first fault that applies now, counted as fired. */
  take(target: string, operation: string, key?: string): Fault | undefined {
    for (const planned of this.planned.values()) {
      if (!this.matches(planned, target, operation, key) || !fires(planned, key)) continue;
      planned.fired += 1;
      return planned.fault;
    }
    return undefined;
  }

  private matches(planned: PlannedFault, target: string, operation: string, key: string | undefined): boolean {
    const { fault } = planned;
    if (fault.target !== target) return false;
    if (fault.operation !== undefined && fault.operation !== operation) return false;
    if (planned.keyPattern !== undefined && (key === undefined || !planned.keyPattern.test(key))) return false;
    if (fault.times !== undefined && planned.fired >= fault.times) return false;
    return this.nowMs() < planned.endsAtMs;
  }
}

function fires(planned: PlannedFault, key: string | undefined): boolean {
  if (planned.fault.oncePerKey === true) {
    if (key === undefined || planned.touchedKeys.has(key)) return false;
    planned.touchedKeys.add(key);
  }
  if (planned.random() >= (planned.fault.probability ?? 1)) return false;
  return ++planned.passed > (planned.fault.skip ?? 0);
}

function compilePattern(source: string | undefined): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(source);
  } catch (error) {
    throw new TypeError(`keyPattern is not a regular expression: ${source}`, { cause: error });
  }
}
