import type { OnYield } from '../../catalog/model-entry.types.js';
import type { LatencySums } from './latency-fit.js';
import type { ThroughputLevels } from './throughput-levels.js';

/** How one endpoint is shared between realtime and bulk. */
export interface CapacitySettings {
  /** Calls that the endpoint works on at once without making some wait; realtime and bulk together. */
  readonly ceiling: number;
  /** Calls that bulk may have in flight however busy realtime is. */
  readonly floor: number;
  /** Realtime calls within one second from which on realtime counts as dense, and bulk yields. */
  readonly denseArrivals: number;
  /** Share of the ceiling that bulk leaves free for realtime calls that come before it can yield. */
  readonly headroom: number;
  /** Absent = `drain`. */
  readonly onYield?: OnYield;
}

/** What was seen of one endpoint since the sample before, over all processes. */
export interface CapacitySample {
  /** Any clock that never goes back. */
  readonly nowMs: number;
  readonly realtime: {
    /** Now. */
    readonly inFlight: number;
    readonly arrivals: number;
    /** Streams, by the size of their requests: the time until their first token. */
    readonly firstToken: LatencySums;
    /** Other calls, by what their time follows: the time until their whole answer. */
    readonly whole: LatencySums;
  };
  readonly bulk: {
    /** Now. */
    readonly inFlight: number;
    readonly completed: number;
    /** Tokens or rows of the completed calls. */
    readonly units: number;
  };
  /** Answers of either side that say that the endpoint takes no more. */
  readonly full: number;
}

/**
 * `alone`: no realtime for a minute. `listening`: too little is known of how fast realtime is by itself. `quiet`: realtime
 * comes now and then. `dense`: bulk yields.
 */
export type CapacityPhase = 'alone' | 'listening' | 'quiet' | 'dense';

/** What the law remembers of one endpoint, and what it decides: plain data, so that another process can go on with it. */
export interface CapacityState {
  /** Calls that bulk may have in flight now. */
  readonly grant: number;
  readonly phase: CapacityPhase;
  readonly atMs: number;
  readonly sinceMs: number;
  /** When realtime was last seen; `null` for never. */
  readonly realtimeAtMs: number | null;
  /** Arrivals of the last second. */
  readonly arrivals: readonly { readonly atMs: number; readonly count: number }[];
  /** Since when bulk has had nothing in flight; `null` while it has. */
  readonly bulkFreeSinceMs: number | null;
  readonly baseline: { readonly firstToken: LatencySums; readonly whole: LatencySums };
  /** Realtime of the last second or so: what it took, and what the baseline would have had it take. */
  readonly recent: { readonly count: number; readonly timeMs: number; readonly expectedMs: number };
  readonly levels: ThroughputLevels;
  /** What bulk had before realtime became dense. */
  readonly quietGrant: number;
  /** Above this the grant grows by single calls: here the endpoint was full or realtime was slow; `null` where neither was. */
  readonly slowAbove: number | null;
  /** When the grant may shrink again; the effect of one step is awaited before the next. */
  readonly nextShrinkMs: number;
  readonly nextGrowMs: number;
  /** How long bulk waits before it tries to grow beside dense realtime again. */
  readonly patienceMs: number;
  readonly nextListenMs: number;
}
