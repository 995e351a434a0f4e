import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EndpointSlots } from './endpoint-slots.js';

const NEVER = new AbortController().signal;

const OLD = Array.from({ length: 8 }, (_, index) => `old-${index}`);

/** Work that ends when it is told to. */
function createWork() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const work = (name: number) => async (): Promise<number> => {
    started.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
    return name;
  };
  return { started, work, endOne: () => ends.shift()?.() };
}

describe('EndpointSlots', () => {
  it('runs as many at a time as there are slots, first come first served', async () => {
    const slots = new EndpointSlots(2);
    const { started, work, endOne } = createWork();
    const results = [1, 2, 3, 4].map((name) => slots.use(NEVER, work(name)));
    await setImmediate();
    expect(started).toEqual([1, 2]);
    endOne();
    await setImmediate();
    expect(started).toEqual([1, 2, 3]);
    for (let rest = 0; rest < 3; rest++) {
      endOne();
      await setImmediate();
    }
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
  });

  it('gives the slot back when the work fails', async () => {
    const slots = new EndpointSlots(1);
    await expect(slots.use(NEVER, async () => await Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await slots.use(NEVER, async () => await Promise.resolve('next'))).toBe('next');
  });

  it('runs nothing for a signal that is aborted already', async () => {
    const slots = new EndpointSlots(1);
    expect(await slots.use(AbortSignal.abort(), async () => await Promise.resolve('ran'))).toBeUndefined();
    expect(await slots.use(NEVER, async () => await Promise.resolve('next'))).toBe('next');
  });

  it('leaks no slot and no listener when one leaves the line', async () => {
    const slots = new EndpointSlots(1);
    const { started, work, endOne } = createWork();
    const controller = new AbortController();
    const first = slots.use(NEVER, work(1));
    const leaving = [slots.use(controller.signal, work(2)), slots.use(controller.signal, work(3))];
    const last = slots.use(NEVER, work(4));
    controller.abort();
    expect(await Promise.all(leaving)).toEqual([undefined, undefined]);
    endOne();
    await setImmediate();
    endOne();
    expect(await Promise.all([first, last])).toEqual([1, 4]);
    expect(started).toEqual([1, 4]);
    expect(await slots.use(NEVER, async () => await Promise.resolve('free'))).toBe('free');
  });

  it('stops listening to a signal once the slot was given', async () => {
    const slots = new EndpointSlots(1);
    const { work, endOne } = createWork();
    const controller = new AbortController();
    const results = [1, 2, 3].map((name) => slots.use(controller.signal, work(name)));
    for (let call = 0; call < 3; call++) {
      await setImmediate();
      endOne();
    }
    expect(await Promise.all(results)).toEqual([1, 2, 3]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(await slots.use(NEVER, async () => await Promise.resolve('free'))).toBe('free');
  });

  it('starts those that wait as soon as the limit rises', async () => {
    const slots = new EndpointSlots(0);
    const { started, work } = createWork();
    for (const name of [1, 2, 3]) void slots.use(NEVER, work(name));
    await setImmediate();
    expect([started, slots.inUse, slots.demand]).toEqual([[], 0, 3]);
    slots.setLimit(2);
    await setImmediate();
    expect([started, slots.inUse, slots.demand]).toEqual([[1, 2], 2, 3]);
  });

  it('lets calls end and none follow until there are as few as the limit has become', async () => {
    const slots = new EndpointSlots(3);
    const { started, work, endOne } = createWork();
    for (const name of [1, 2, 3, 4, 5]) void slots.use(NEVER, work(name));
    await setImmediate();
    slots.setLimit(1);
    endOne();
    endOne();
    await setImmediate();
    expect(started).toEqual([1, 2, 3]);
    endOne();
    await setImmediate();
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('says when a call has to wait', async () => {
    let waits = 0;
    const slots: EndpointSlots = new EndpointSlots(1, () => {
      waits++;
      expect(slots.demand).toBe(2);
    });
    const { work } = createWork();
    void slots.use(NEVER, work(1));
    expect(waits).toBe(0);
    void slots.use(NEVER, work(2));
    await setImmediate();
    expect(waits).toBe(1);
  });

  describe('between tenants', () => {
    const claim = (tenant: string, jobId = tenant, deadlineMs = 1, rank = 1) => ({ tenant, jobId, deadlineMs, rank });

    /** Callers that always have a next call, and a clock that ends the oldest call at each tick. */
    function createCallers(limit: number) {
      const slots = new EndpointSlots(limit);
      const stop = new AbortController();
      const begun: string[] = [];
      const running: { readonly name: string; readonly end: () => void }[] = [];
      const call = async (name: string): Promise<void> => {
        begun.push(name);
        await new Promise<void>((resolve) => running.push({ name, end: resolve }));
      };
      const keepCalling = (name: string, by: ReturnType<typeof claim>, sideBySide: number, calls = Infinity): void => {
        let left = calls;
        const loop = async (): Promise<void> => {
          while (left-- > 0 && !stop.signal.aborted)
            await slots.use(stop.signal, async () => await call(name), { claim: by, mayYield: false });
        };
        for (let caller = 0; caller < sideBySide; caller++) void loop();
      };
      const tick = async (times = 1): Promise<void> => {
        for (let time = 0; time < times; time++) {
          await setImmediate();
          running.shift()?.end();
        }
        await setImmediate();
      };
      const countRunning = (name: string): number => running.filter((one) => one.name === name).length;
      return { begun, keepCalling, tick, countRunning, stop };
    }

    it('gives a tenant that comes the next slots until both have half, however many callers wait for the other', async () => {
      const { begun, keepCalling, tick, countRunning } = createCallers(4);
      keepCalling('large', claim('large'), 40);
      await tick(10);
      begun.length = 0;
      keepCalling('small', claim('small'), 8);
      await tick(2);
      expect(begun).toEqual(['small', 'small']);
      await tick(40);
      expect([countRunning('large'), countRunning('small')]).toEqual([2, 2]);
    });

    it('runs at most as many calls of the large tenant beside a small job as of the small job itself, and one round', async () => {
      const { begun, keepCalling, tick } = createCallers(4);
      keepCalling('large', claim('large'), 40);
      await tick(10);
      begun.length = 0;
      keepCalling('small', claim('small'), 4, 50);
      await tick(200);
      const last = begun.lastIndexOf('small');
      expect(begun.filter((name) => name === 'small')).toHaveLength(50);
      expect(begun.slice(0, last).filter((name) => name === 'large').length).toBeLessThanOrEqual(54);
    });

    it('takes turns where there is one slot', async () => {
      const { begun, keepCalling, tick } = createCallers(1);
      keepCalling('a', claim('a'), 3);
      keepCalling('b', claim('b'), 3);
      await tick(5);
      expect(begun).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    });

    it('gives what one tenant does not use to the others', async () => {
      const { keepCalling, tick, countRunning } = createCallers(6);
      keepCalling('large', claim('large'), 40);
      keepCalling('small', claim('small'), 1);
      await tick(20);
      expect([countRunning('large'), countRunning('small')]).toEqual([5, 1]);
    });

    it('serves the earliest deadline of a tenant first, and before that its higher priority', async () => {
      const { begun, keepCalling, tick } = createCallers(1);
      keepCalling('late', claim('a', 'late', 300), 2, 4);
      await tick(1);
      keepCalling('early', claim('a', 'early', 100), 2, 2);
      keepCalling('urgent', claim('a', 'urgent', 500, 0), 2, 2);
      await tick(6);
      expect(begun.slice(2)).toEqual(['urgent', 'urgent', 'early', 'early', 'late', 'late']);
    });
  });

  describe('when calls have to give their slots back', () => {
    /** Calls that end with their signal, begun a second after each other. */
    async function running(names: readonly string[], mayYield: boolean) {
      let nowMs = 0;
      const slots = new EndpointSlots(names.length, undefined, () => nowMs);
      const asker = { claim: { tenant: 't', jobId: 'j', rank: 0, deadlineMs: 0 }, mayYield };
      const yielded: string[] = [];
      for (const name of names) {
        const call = async (yielding: AbortSignal): Promise<void> => {
          await new Promise<void>((resolve) => {
            yielding.addEventListener('abort', () => {
              yielded.push(name);
              resolve();
            });
          });
        };
        void slots.use(NEVER, call, asker);
        await setImmediate();
        nowMs += 1000;
      }
      // Old enough for a twentieth of all to be more than the youngest has taken.
      nowMs += 100;
      return { slots, yielded };
    }

    it('takes back what is beyond the limit, from the youngest', async () => {
      const { slots, yielded } = await running([...OLD, 'young'], true);
      slots.shed();
      expect(yielded).toEqual([]);
      slots.setLimit(0);
      slots.shed();
      slots.shed();
      await setImmediate();
      expect(yielded).toEqual(['young']);
      expect(slots.inUse).toBe(OLD.length);
    });

    it('takes nothing from calls that cannot be made again', async () => {
      const { slots, yielded } = await running([...OLD, 'young'], false);
      slots.setLimit(0);
      slots.shed();
      expect(yielded).toEqual([]);
    });
  });
});
