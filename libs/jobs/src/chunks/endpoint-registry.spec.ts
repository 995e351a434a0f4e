import { describe, expect, it } from 'vitest';
import { EndpointRegistry } from './endpoint-registry.js';

const SMALL = { endpoint: 'small', concurrency: 2 };
const LARGE = { endpoint: 'large', concurrency: 4 };

describe('EndpointRegistry', () => {
  it('has one place for each endpoint of a model, with what that one takes', () => {
    const registry = new EndpointRegistry();
    const { places } = registry.of({ ...LARGE, concurrency: 6, members: [LARGE, SMALL] });

    expect(places.map(({ endpoint, slots }) => [endpoint, slots.free])).toEqual([
      ['large', 4],
      ['small', 2],
    ]);
  });

  it('has the same place for all models on an endpoint, however many they stand on', () => {
    const registry = new EndpointRegistry();
    const alone = registry.of(SMALL);
    const several = registry.of({ ...LARGE, concurrency: 6, members: [LARGE, SMALL] });

    expect(several.places[1]).toBe(alone.places[0]);
    expect(registry.of(LARGE).places[0]).toBe(several.places[0]);
    expect(registry.of(LARGE).pace).toBe(several.pace);
  });
});
