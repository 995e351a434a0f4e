import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { slotsAt } from '../testing/index.js';
import { CapacityWait } from './capacity-wait.js';
import { EndpointSlots } from './endpoint-slots.js';

const NEVER = new AbortController().signal;

function setUp(limit: number) {
  const clock = { nowMs: 0 };
  const slots = new EndpointSlots(limit);
  const wait = new CapacityWait(() => clock.nowMs);
  const watched = wait.around(slotsAt(slots));
  /** A call that is in flight until it is told to end. */
  const begin = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = watched.use(NEVER, async () => await promise);
    return {
      end: async () => {
        resolve();
        await done;
      },
    };
  };
  return { clock, slots, wait, watched, begin };
}

describe('The time that a chunk stood still', () => {
  it('is that of calls that waited while none was in flight', async () => {
    const { clock, slots, wait, begin } = setUp(0);
    const first = begin();
    const second = begin();
    clock.nowMs = 300;
    slots.setLimit(1);
    await first.end();
    clock.nowMs = 400;
    await second.end();

    expect(wait.elapsedMs()).toBe(300);
  });

  it('is none while a call of its own is in flight, whoever waits beside it', async () => {
    const { clock, wait, begin } = setUp(1);
    const first = begin();
    const second = begin();
    await setImmediate();
    clock.nowMs = 500;
    await first.end();
    await second.end();

    expect(wait.elapsedMs()).toBe(0);
  });

  it('goes on while it is asked for, and ends with a call that is given up', async () => {
    const { clock, wait, watched } = setUp(0);
    const leaving = new AbortController();
    const call = watched.use(leaving.signal, async () => await Promise.resolve());
    clock.nowMs = 200;
    expect(wait.elapsedMs()).toBe(200);
    leaving.abort();
    await call;
    clock.nowMs = 900;

    expect(wait.elapsedMs()).toBe(200);
  });
});
