import type { CallAsker, CallGrant, CallSlots } from './call-slots.js';
import type { EndpointPlace } from './endpoint-place.js';

/** The slots of a model that stands on one endpoint, asked for in someone's name. */
export class SlotsOfOne implements CallSlots {
  constructor(
    private readonly place: EndpointPlace,
    private readonly asker: CallAsker,
  ) {}

  async use<T>(signal: AbortSignal, work: (grant: CallGrant) => Promise<T>): Promise<T | undefined> {
    const { place, asker } = this;
    return await place.slots.use(signal, async (yielding) => await work({ yielding, place }), asker);
  }
}
