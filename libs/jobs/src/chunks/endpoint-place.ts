import type { CallPlace } from './call-slots.js';
import type { EndpointSlots } from './endpoint-slots.js';

/** One endpoint and what this process has in flight there. */
export interface EndpointPlace extends CallPlace {
  readonly slots: EndpointSlots;
}
