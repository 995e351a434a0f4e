import { PackPace } from '../packs/pack-pace.js';
import type { BulkTarget } from '../models/bulk-models.port.js';
import { EndpointHealth } from './endpoint-health.js';
import { EndpointSlots } from './endpoint-slots.js';

interface EndpointState {
  readonly slots: EndpointSlots;
  readonly health: EndpointHealth;
  /** How much calls may hold that lines share. */
  readonly pace: PackPace;
}

/** Slots, health and pace of each endpoint, one of each per process. */
export class EndpointRegistry {
  private readonly states = new Map<string, EndpointState>();

  of(target: BulkTarget): EndpointState {
    const known = this.states.get(target.endpoint);
    if (known !== undefined) return known;
    const state: EndpointState = {
      slots: new EndpointSlots(target.concurrency),
      health: new EndpointHealth(),
      pace: new PackPace(),
    };
    this.states.set(target.endpoint, state);
    return state;
  }
}
