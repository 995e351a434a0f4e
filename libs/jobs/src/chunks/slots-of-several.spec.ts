import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ANYBODY } from '../testing/index.js';
import type { CallAsker } from './call-slots.js';
import { EndpointHealth } from './endpoint-health.js';
import type { EndpointPlace } from './endpoint-place.js';
import { EndpointSlots } from './endpoint-slots.js';
import { SlotsOfSeveral } from './slots-of-several.js';

const NEVER = new AbortController().signal;

interface Running {
  readonly at: string;
  readonly yielding: AbortSignal;
  end(): void;
}

/** Endpoints with so many slots each, a clock for their health, and calls that end when they are told to. */
function setUp(limits: Readonly<Record<string, number>>, asker: CallAsker = ANYBODY) {
  const clock = { nowMs: 0 };
  const places = Object.entries(limits).map(([endpoint, limit]): EndpointPlace => {
    const slots = new EndpointSlots(limit, undefined, () => clock.nowMs);
    return {
      endpoint,
      slots,
      health: new EndpointHealth(
        () => clock.nowMs,
        () => slots.startWaiting(),
      ),
    };
  });
  const place = (name: string): EndpointPlace => places.find(({ endpoint }) => endpoint === name)!;
  const slots = new SlotsOfSeveral(places, asker);
  const running: Running[] = [];
  const begin = async (signal = NEVER): Promise<string | undefined> =>
    await slots.use(signal, async (grant) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      running.push({ at: grant.place.endpoint, yielding: grant.yielding, end: resolve });
      await promise;
      return grant.place.endpoint;
    });
  const beginSome = async (count: number): Promise<void> => {
    for (let call = 0; call < count; call++) void begin();
    await setImmediate();
  };
  const end = async (at: string): Promise<void> => {
    const index = running.findIndex((call) => call.at === at);
    running.splice(index, 1)[0]?.end();
    await setImmediate();
  };
  /** The endpoints of all calls that run. */
  const where = (): string => running.map(({ at }) => at).join('');
  return { clock, place, slots, running, begin, beginSome, end, where };
}

describe('SlotsOfSeveral', () => {
  it('takes the endpoint with the most slots free', async () => {
    const { beginSome, where } = setUp({ a: 2, b: 4, c: 0 });
    await beginSome(6);

    expect(where()).toBe('bbabab');
  });

  it('waits at all endpoints, and begins once at the first that has a slot', async () => {
    const { beginSome, where, place, end } = setUp({ a: 1, b: 1 });
    await beginSome(3);
    expect([place('a').slots.demand, place('b').slots.demand]).toEqual([2, 2]);

    // Both are free within one turn of the loop.
    place('b').slots.setLimit(2);
    place('a').slots.setLimit(2);
    await setImmediate();

    expect(where()).toBe('abb');
    expect([place('a').slots.inUse, place('b').slots.inUse]).toEqual([1, 2]);
    expect([place('a').slots.demand, place('b').slots.demand]).toEqual([1, 2]);
    await end('a');
    await end('b');
    await end('b');
    expect([place('a').slots.demand, place('b').slots.demand]).toEqual([0, 0]);
  });

  it('stands in no further line where the first lets it begin at once', async () => {
    const { place } = setUp({ b: 0 });
    const eager: EndpointSlots = new EndpointSlots(0, () => eager.setLimit(1));
    const several = new SlotsOfSeveral([{ ...place('b'), endpoint: 'eager', slots: eager }, place('b')], ANYBODY);

    expect(await several.use(NEVER, async (grant) => await Promise.resolve(grant.place.endpoint))).toBe('eager');
    expect(place('b').slots.demand).toBe(0);
  });

  it('leaves all lines and no listener when its caller gives up, or begins', async () => {
    const { begin, beginSome, place, end } = setUp({ a: 1, b: 0 });
    await beginSome(1);
    const controller = new AbortController();
    const first = begin(controller.signal);
    await setImmediate();
    await end('a');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    const second = begin(controller.signal);
    await setImmediate();
    controller.abort();

    expect(await second).toBeUndefined();
    expect([place('a').slots.demand, place('b').slots.demand]).toEqual([1, 0]);
    await end('a');
    expect(await first).toBe('a');
    expect(await begin(controller.signal)).toBeUndefined();
  });

  it('takes turns between tenants at each endpoint', async () => {
    const { place, end, running } = setUp({ a: 1, b: 0 });
    const begun: string[] = [];
    const by = (tenant: string): void => {
      const claim = { tenant, jobId: tenant, rank: 0, deadlineMs: 1 };
      void new SlotsOfSeveral([place('a'), place('b')], { claim, mayYield: false }).use(NEVER, async () => {
        begun.push(tenant);
        const { promise, resolve } = Promise.withResolvers<void>();
        running.push({ at: 'a', yielding: NEVER, end: resolve });
        await promise;
      });
    };
    for (const tenant of ['large', 'large', 'large', 'small']) by(tenant);
    await setImmediate();
    for (let call = 0; call < 3; call++) await end('a');

    expect(begun).toEqual(['large', 'small', 'large', 'large']);
  });

  it('has the calls of the endpoint yield that has become too small for them', async () => {
    const { clock, beginSome, running, place } = setUp({ a: 20, b: 20 }, { ...ANYBODY, mayYield: true });
    for (let call = 0; call < 40; call++) {
      await beginSome(1);
      clock.nowMs += 1000;
    }
    clock.nowMs += 100;
    place('b').slots.setLimit(0);
    place('b').slots.shed();

    const yielded = running.filter(({ yielding }) => yielding.aborted);
    expect(yielded.length).toBeGreaterThan(0);
    expect(yielded.every(({ at }) => at === 'b')).toBe(true);
  });
});

describe('SlotsOfSeveral with an endpoint that fails', () => {
  it('passes it over while its pause lasts, also where calls wait already', async () => {
    const { beginSome, where, place, end } = setUp({ a: 4, b: 1 });
    place('a').health.failed(undefined);
    await beginSome(3);
    expect(where()).toBe('b');
    await end('b');

    expect(where()).toBe('b');
    expect(place('a').slots.inUse).toBe(0);
  });

  it('gives it one call at a time after the pause, and all that it takes once it has answered', async () => {
    const { clock, beginSome, where, place, end } = setUp({ a: 3, b: 1 });
    place('a').health.failed(undefined);
    await beginSome(8);
    clock.nowMs += 1000;
    place('a').slots.startWaiting();
    await setImmediate();
    expect(where()).toBe('ba');
    await end('a');
    expect(where()).toBe('ba');

    place('a').health.succeeded();
    await setImmediate();
    expect(where()).toBe('baaa');
  });

  it('tries it by itself when the pause is over, while calls wait and the others are full', async () => {
    const { clock, beginSome, where, place, running } = setUp({ a: 3, b: 1 });
    place('a').health.failed(undefined);
    await beginSome(2);
    expect(where()).toBe('b');
    clock.nowMs += 1000;

    await expect.poll(() => running.length).toBe(2);
    expect(where()).toBe('ba');
  });

  it('calls all as often as they take where none serves, each after its own pause', async () => {
    const { clock, beginSome, where, place } = setUp({ a: 2, b: 2 });
    place('a').health.failed(undefined);
    place('b').health.failed(5000);
    clock.nowMs += 1000;
    await beginSome(4);
    expect(where()).toBe('aa');
    clock.nowMs += 5000;
    place('b').slots.startWaiting();
    await setImmediate();

    expect(where()).toBe('aabb');
  });
});
