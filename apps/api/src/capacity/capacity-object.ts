import type { CapacityView } from '#jobs';

/** Where capacity is looked up. */
export interface CapacitySource {
  /** `undefined` where nothing was ever decided. @throws GatewayError `queue_unavailable` */
  capacity(endpoint: string): Promise<CapacityView | undefined>;
}

/** One endpoint as `/v1/capacity` shows it; what is not known is null. */
export interface CapacityObject {
  readonly object: 'capacity';
  readonly endpoint: string;
  readonly models: readonly string[];
  /** Unix seconds; all that follows is as it was then. */
  readonly decided_at: number | null;
  readonly phase: string | null;
  /** Calls: what the endpoint works on at once, what bulk may have of that, and what both have. */
  readonly budget: number | null;
  readonly granted: number | null;
  readonly realtime: number | null;
  readonly bulk: number | null;
  /** Milliseconds that realtime takes with bulk out of its way. */
  readonly baseline_ms: number | null;
  /** How many times as long it takes now. */
  readonly gradient: number | null;
}

export function toCapacityObject(
  endpoint: string,
  models: readonly string[],
  view: CapacityView | undefined,
): CapacityObject {
  const known = { object: 'capacity', endpoint, models } as const;
  if (view === undefined) return { ...known, ...UNKNOWN };
  const { decidedAtMs, phase, budget, granted, realtime, bulk, baselineMs, gradient } = view;
  return {
    ...known,
    decided_at: Math.floor(decidedAtMs / 1000),
    phase,
    budget,
    granted,
    realtime,
    bulk,
    baseline_ms: baselineMs ?? null,
    gradient: gradient ?? null,
  };
}

const UNKNOWN = {
  decided_at: null,
  phase: null,
  budget: null,
  granted: null,
  realtime: null,
  bulk: null,
  baseline_ms: null,
  gradient: null,
} as const;
