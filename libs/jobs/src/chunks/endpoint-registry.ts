import { PackPace } from '../packs/pack-pace.js';
import type { BulkTarget } from '../models/bulk-models.port.js';
import type { EndpointShare } from '../sharing/endpoint-share.js';
import type { ShareKeeper } from '../sharing/share-keeper.js';
import { EndpointHealth } from './endpoint-health.js';
import { EndpointSlots } from './endpoint-slots.js';

interface EndpointState {
  readonly slots: EndpointSlots;
  readonly health: EndpointHealth;
  /** This process's part of the endpoint; absent where it shares it with nobody. */
  readonly share?: EndpointShare;
  /** How much calls may hold that lines share. */
  readonly pace: PackPace;
}

/** Slots, health and pace of each endpoint, one of each per process. */
export class EndpointRegistry {
  private readonly states = new Map<string, EndpointState>();

  /** @param shares Absent = this process is the only one, and nobody but bulk uses its endpoints. */
  constructor(private readonly shares?: ShareKeeper) {}

  of(target: BulkTarget): EndpointState {
    const known = this.states.get(target.endpoint);
    if (known !== undefined) return known;
    const state: EndpointState = { ...this.openSlots(target), health: new EndpointHealth(), pace: new PackPace() };
    this.states.set(target.endpoint, state);
    return state;
  }

  private openSlots({ endpoint, concurrency, sharing }: BulkTarget): Pick<EndpointState, 'slots' | 'share'> {
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
