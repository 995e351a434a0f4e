import type { BulkTarget } from '../models/bulk-models.port.js';
import { EndpointHealth } from './endpoint-health.js';
import { EndpointSlots } from './endpoint-slots.js';

interface EndpointState {
  readonly slots: EndpointSlots;
  readonly health: EndpointHealth;
}

/** Slots and health of each endpoint, one of each per process. */
export class EndpointRegistry {
  private readonly states = new Map<string, EndpointState>();

  of(target: BulkTarget): EndpointState {
    const known = this.states.get(target.endpoint);
    if (known !== undefined) return known;
    const state: EndpointState = { slots: new EndpointSlots(target.concurrency), health: new EndpointHealth() };
    this.states.set(target.endpoint, state);
    return state;
  }
}
