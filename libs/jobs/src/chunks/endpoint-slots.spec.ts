import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EndpointSlots } from './endpoint-slots.js';

const NEVER = new AbortController().signal;

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
});
