import { PackPace } from '../packs/pack-pace.js';
import type { BulkTarget } from '../models/bulk-models.port.js';
import type { ShareKeeper } from '../sharing/share-keeper.js';
import type { CallAsker, CallSlots } from './call-slots.js';
import { EndpointHealth } from './endpoint-health.js';
import type { EndpointPlace } from './endpoint-place.js';
import { EndpointSlots } from './endpoint-slots.js';
import { SlotsOfOne } from './slots-of-one.js';
import { SlotsOfSeveral } from './slots-of-several.js';

/** Where the calls to one model go. */
interface ModelPlaces {
  readonly places: readonly EndpointPlace[];
  /** How much calls may hold that lines share. */
  readonly pace: PackPace;
  readonly slotsFor: (asker: CallAsker) => CallSlots;
}

/** Slots and health of each endpoint, one of each per process, whichever models stand on it. */
export class EndpointRegistry {
  private readonly places = new Map<string, EndpointPlace>();
  private readonly paces = new Map<string, PackPace>();

  /** @param shares Absent = this process is the only one, and nobody but bulk uses its endpoints. */
  constructor(private readonly shares?: ShareKeeper) {}

  of(target: BulkTarget): ModelPlaces {
    const places = (target.members ?? [target]).map((member) => this.placeOf(member));
    return {
      places,
      pace: this.paceOf(target.endpoint),
      slotsFor: (asker) =>
        places.length > 1 ? new SlotsOfSeveral(places, asker) : new SlotsOfOne(this.placeOf(target), asker),
    };
  }

  private paceOf(endpoint: string): PackPace {
    const pace = this.paces.get(endpoint) ?? new PackPace();
    this.paces.set(endpoint, pace);
    return pace;
  }

  private placeOf(target: BulkTarget): EndpointPlace {
    const { endpoint } = target;
    const known = this.places.get(endpoint);
    if (known !== undefined) return known;
    const { slots, ...share } = this.openSlots(target);
    const health = new EndpointHealth(Date.now, () => slots.startWaiting());
    const place: EndpointPlace = { endpoint, slots, health, ...share };
    this.places.set(endpoint, place);
    return place;
  }

  private openSlots({ endpoint, concurrency, sharing }: BulkTarget): Pick<EndpointPlace, 'slots' | 'share'> {
    const { shares } = this;
    if (shares === undefined || sharing === undefined) return { slots: new EndpointSlots(concurrency) };
    const slots = new EndpointSlots(0, () => shares.wake());
    const { budget, floor, denseArrivals, headroomPercent, onYield } = sharing;
    const share = shares.open(
      { endpoint, ceiling: budget, floor, denseArrivals, headroom: headroomPercent / 100, onYield },
      slots,
    );
    return { slots, share };
  }
}
