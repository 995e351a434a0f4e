import type { CallAsker, CallGrant, CallSlots } from './call-slots.js';
import type { EndpointPlace } from './endpoint-place.js';

/**
 * The slots of a model that stands on several endpoints, asked for in someone's name. A call goes to the endpoint with the
 * most of them free. Where none is free it stands in the line of each endpoint, and leaves the others when one lets it
 * begin.
 *
 * An endpoint that fails gets nothing while its pause lasts, and then one call at a time until it answers, as long as
 * another one serves.
 */
export class SlotsOfSeveral implements CallSlots {
  constructor(
    private readonly places: readonly EndpointPlace[],
    private readonly asker: CallAsker,
  ) {}

  async use<T>(signal: AbortSignal, work: (grant: CallGrant) => Promise<T>): Promise<T | undefined> {
    const place = await this.take(signal);
    if (place === undefined) return undefined;
    return await place.slots.run(async (yielding) => await work({ yielding, place }), this.asker);
  }

  private async take(signal: AbortSignal): Promise<EndpointPlace | undefined> {
    if (signal.aborted) return undefined;
    const free = this.freest();
    if (free === undefined) return await this.wait(signal);
    free.slots.take(this.asker.claim);
    return free;
  }

  private freest(): EndpointPlace | undefined {
    const free = this.places.filter((place) => place.slots.free > 0 && this.isOpen(place));
    return free.toSorted((a, b) => b.slots.free - a.slots.free)[0];
  }

  private async wait(signal: AbortSignal): Promise<EndpointPlace | undefined> {
    const { claim } = this.asker;
    return await new Promise((resolve) => {
      const lines: (() => void)[] = [];
      let isOver = false;
      const end = (place: EndpointPlace | undefined): void => {
        isOver = true;
        signal.removeEventListener('abort', giveUp);
        // Before any of the other endpoints can grant the same call a second slot.
        for (const leave of lines.splice(0)) leave();
        resolve(place);
      };
      const giveUp = (): void => end(undefined);
      signal.addEventListener('abort', giveUp, { once: true });
      for (const place of this.places) {
        if (isOver) return;
        lines.push(place.slots.enter({ claim, mayStart: () => this.isOpen(place), start: () => end(place) }));
      }
    });
  }

  private isOpen({ health, slots }: EndpointPlace): boolean {
    if (!health.isFailing) return true;
    if (health.pauseMs() > 0) return false;
    return slots.inUse === 0 || this.places.every((place) => place.health.isFailing);
  }
}
