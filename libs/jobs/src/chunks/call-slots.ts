import type { WorkClaim } from '../dispatch/work-claim.js';
import type { EndpointHealth } from './endpoint-health.js';

/** One endpoint as calls of bulk find it. */
export interface CallPlace {
  /** Its name, as calls say it. */
  readonly endpoint: string;
  readonly health: EndpointHealth;
  /** Told what becomes of calls, so that the endpoint's capacity is known; absent where it is shared with nobody. */
  readonly share?: { completed(lines: number): void; full(): void };
}

/** A slot that a call has got. */
export interface CallGrant {
  /** Aborted when the call is to give its slot back at once, and to be made again later. */
  readonly yielding: AbortSignal;
  /** Where the call is to be made. */
  readonly place: CallPlace;
}

/** A call on its way to an endpoint. */
export interface PlacedCall {
  readonly place: CallPlace;
  /** Aborted when it is to end early. */
  readonly signal: AbortSignal;
}

/** Calls in flight on the endpoints of one model, as one chunk sees them. */
export interface CallSlots {
  /** Waits for a slot and runs `work` in it. Gives up without running it once the signal is aborted. */
  use<T>(signal: AbortSignal, work: (grant: CallGrant) => Promise<T>): Promise<T | undefined>;
}

/** In whose name slots are asked for. */
export interface CallAsker {
  readonly claim: WorkClaim;
  /** Whether its calls heed the signal that they are to yield by. */
  readonly mayYield: boolean;
}
