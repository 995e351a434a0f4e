import type { CapacitySettings, CapacityState, SignalCounts } from '#inference';

/** What an api process tells of realtime on one endpoint: counts since it began. */
export interface PublishedSignals extends SignalCounts {
  /** Arrivals of the last second, for those who hear of this process for the first time. */
  readonly recentArrivals: number;
}

/** What a worker got done on one endpoint since it began. */
export interface BulkCounts {
  readonly completed: number;
  /** Lines that the completed calls held. */
  readonly lines: number;
  readonly full: number;
}

export interface ShareReport {
  readonly endpoint: string;
  readonly inFlight: number;
  /** Calls in flight and those that wait. */
  readonly wanted: number;
  /** Calls that may be in flight until the answer is heard: the lease before. */
  readonly limit: number;
  readonly counts: BulkCounts;
}

/** What is decided for an endpoint, as all of its users see it. */
export interface CapacityDecision {
  readonly settings: CapacitySettings;
  readonly state: CapacityState;
  /** Calls in flight when it was decided, over all processes. */
  readonly realtime: number;
  readonly bulk: number;
}

export interface Settlement {
  /** The board's own clock, the same for all who ask. */
  readonly nowMs: number;
  /** Calls that this worker may have in flight; `undefined` where nothing was decided lately. */
  readonly lease: number | undefined;
  /** Whether this worker decides for all. */
  readonly isLeader: boolean;
  /** The last decision, however old. */
  readonly decision: CapacityDecision | undefined;
  readonly realtime: ReadonlyMap<string, PublishedSignals>;
  readonly bulk: ReadonlyMap<string, { readonly inFlight: number; readonly counts: BulkCounts }>;
}

/** Where the processes that share endpoints tell each other what they use. Who says nothing for a while is forgotten. */
export abstract class CapacityBoard {
  /** @returns the last decision, however old. @throws GatewayError `queue_unavailable` */
  abstract publish(process: string, endpoint: string, signals: PublishedSignals): Promise<CapacityDecision | undefined>;
  /** Reports and gets a share in one step: all shares together never exceed what is decided. @throws GatewayError `queue_unavailable` */
  abstract settle(worker: string, report: ShareReport): Promise<Settlement>;
  /** @returns the last decision, however old. @throws GatewayError `queue_unavailable` */
  abstract look(endpoint: string): Promise<CapacityDecision | undefined>;
  /** Of no effect for a worker that does not lead any more. @throws GatewayError `queue_unavailable` */
  abstract decide(worker: string, endpoint: string, decision: CapacityDecision): Promise<void>;
}
