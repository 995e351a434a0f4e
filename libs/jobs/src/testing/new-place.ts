import type { CallAsker, CallSlots } from '../chunks/call-slots.js';
import { EndpointHealth } from '../chunks/endpoint-health.js';
import type { EndpointPlace } from '../chunks/endpoint-place.js';
import { EndpointSlots } from '../chunks/endpoint-slots.js';
import { SlotsOfOne } from '../chunks/slots-of-one.js';

export const ANYBODY: CallAsker = { claim: { tenant: '', jobId: '', rank: 0, deadlineMs: Infinity }, mayYield: false };

/** An endpoint with four slots that nobody else uses. */
export function newPlace(more: Partial<EndpointPlace> = {}): EndpointPlace {
  return { endpoint: 'gpu', slots: new EndpointSlots(4), health: new EndpointHealth(), ...more };
}

/** Slots of an endpoint of their own. */
export function slotsAt(slots: EndpointSlots): CallSlots {
  return new SlotsOfOne(newPlace({ slots }), ANYBODY);
}
