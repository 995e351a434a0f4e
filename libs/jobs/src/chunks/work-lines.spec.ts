import { describe, expect, it } from 'vitest';
import {
  answerOf,
  failureOf,
  hang,
  newChunkLines,
  newLineWork,
  newPlace,
  slotsAt,
  until,
  type Script,
} from '../testing/index.js';
import { EndpointHealth } from './endpoint-health.js';
import type { CallSlots } from './call-slots.js';
import { EndpointSlots } from './endpoint-slots.js';
import { workLines } from './work-lines.js';

const failing =
  (inputs: readonly string[]): Script =>
  (call) => {
    if (inputs.includes(call.input)) throw failureOf('upstream_error');
    return answerOf(call);
  };

describe('workLines', () => {
  it('runs each line once, so many at a time as it may', async () => {
    const { work, models, ledger } = newLineWork(50, answerOf);
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.inputs).toEqual(newChunkLines(50).map(({ request }) => `text ${request}`));
    expect([ledger.rows.size, models.mostInFlight]).toEqual([50, 4]);
  });

  it('has nothing to do without lines', async () => {
    const { work } = newLineWork(0, answerOf);
    expect(await workLines(work)).toEqual({ kind: 'done' });
  });

  it('fails the line that fails again and again while others pass, after three tries', async () => {
    const { work, models, ledger, retries } = newLineWork(5, failing(['text 2']));
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.inputs.filter((input) => input === 'text 2')).toHaveLength(3);
    expect(ledger.counts()).toEqual({ completed: 4, failed: 1 });
    expect(ledger.rows.get(2)?.ok).toBe(false);
    expect(retries).toEqual(['upstream_error', 'upstream_error']);
  });

  it('passes a line that fails twice and then is answered', async () => {
    const { work, ledger } = newLineWork(3, (call) => {
      if (call.input === 'text 1' && call.attempt < 3) throw failureOf('upstream_garbage');
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 3, failed: 0 });
  });

  it('fails no line of an endpoint that has broken down, though it answered a moment ago', async () => {
    const { work, models, ledger } = newLineWork(3, (call) => {
      if (call.input === 'text 0') return answerOf(call);
      throw failureOf('upstream_error');
    });
    expect(await workLines(work)).toMatchObject({ kind: 'endpoint', error: { reason: 'upstream_error' } });
    expect(ledger.counts()).toEqual({ completed: 1, failed: 0 });
    expect(models.canaries).toBe(1);
  });

  it('asks a broken endpoint for a few lines of many, not for all of them', async () => {
    const { work, models, ledger } = newLineWork(500, () => {
      throw failureOf('upstream_error');
    });
    expect((await workLines(work)).kind).toBe('endpoint');
    expect(models.inputs.length).toBeLessThan(30);
    expect(ledger.rows.size).toBe(0);
  });

  it('goes on with lines that all fail while the canary lives', async () => {
    const script: Script = (call) => {
      if (call.isCanary) return answerOf(call);
      throw failureOf('upstream_error');
    };
    const { work, ledger, models } = newLineWork(12, script, {
      concurrency: 12,
      slots: slotsAt(new EndpointSlots(12)),
    });
    expect((await workLines(work)).kind).toBe('done');
    expect(ledger.counts()).toEqual({ completed: 0, failed: 12 });
    expect(models.inputs).toHaveLength(36);
  });

  it('waits out an endpoint that is full for a while, and fails nothing', async () => {
    let refusals = 0;
    const { work, ledger, retries } = newLineWork(8, (call) => {
      if (refusals++ < 6) throw failureOf(refusals % 2 === 0 ? 'upstream_throttled' : 'upstream_unavailable');
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 8, failed: 0 });
    expect(retries).toHaveLength(6);
  });

  it('gives the chunk back when the endpoint does not serve for long', async () => {
    const clock = { nowMs: 0 };
    const health = new EndpointHealth(() => clock.nowMs);
    const script: Script = (call) => {
      if (call.input === 'text 0') return answerOf(call);
      clock.nowMs += 8000;
      throw failureOf('upstream_unavailable');
    };
    const { work, ledger } = newLineWork(3, script, { place: newPlace({ health }), concurrency: 1 });
    expect(await workLines(work)).toMatchObject({ kind: 'endpoint', error: { reason: 'upstream_unavailable' } });
    expect([...ledger.rows.keys()]).toEqual([0]);
  });

  it('does not take its own refusals of bad lines for signs of life of the endpoint', async () => {
    const clock = { nowMs: 0 };
    const health = new EndpointHealth(() => clock.nowMs);
    health.failed(undefined);
    clock.nowMs += 5000;
    const { work, ledger } = newLineWork(
      4,
      () => {
        throw failureOf('invalid_value');
      },
      { place: newPlace({ health }) },
    );
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 0, failed: 4 });
    expect([health.answers, health.failingForMs()]).toEqual([0, 5000]);
  });

  it('begins no new line once it is stopped, and lets those in flight end', async () => {
    const ends: (() => void)[] = [];
    const { work, ledger, models, stop } = newLineWork(20, async (call) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return answerOf(call);
    });
    const result = workLines(work);
    await until(() => ends.length === 4);
    stop.abort();
    for (const end of ends) end();
    expect(await result).toEqual({ kind: 'stopped' });
    expect([models.inputs.length, ledger.rows.size]).toEqual([4, 4]);
  });

  it('ends calls in flight when it is aborted, and says nothing about their lines', async () => {
    const { work, ledger, models, stop, abort } = newLineWork(5, async ({ signal }) => await hang(signal));
    const result = workLines(work);
    await until(() => models.inputs.length === 4);
    stop.abort();
    abort.abort();
    expect(await result).toEqual({ kind: 'stopped' });
    expect(ledger.rows.size).toBe(0);
  });

  it('stops while it waits for a slot or for the endpoint to come back', async () => {
    const slots = new EndpointSlots(1);
    const held = new AbortController();
    const holder = slots.use(held.signal, async () => await hang(held.signal).catch(() => 'left'));
    const { work, models, stop } = newLineWork(5, answerOf, { place: newPlace({ slots }) });
    const result = workLines(work);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await result).toEqual({ kind: 'stopped' });
    expect(models.inputs).toEqual([]);
    held.abort();
    expect(await holder).toBe('left');
  });

  it('makes a call again that had to give its slot back, once and without a failure', async () => {
    const yielding = new AbortController();
    let isYielding = true;
    const slots = slotsAt(new EndpointSlots(4));
    const yieldingSlots: CallSlots = {
      use: async (signal, work) =>
        await slots.use(
          signal,
          async ({ place }) =>
            await work({ place, yielding: isYielding ? yielding.signal : new AbortController().signal }),
        ),
    };
    const yieldedMs: number[] = [];
    const { work, models, ledger, retries } = newLineWork(
      3,
      async (call) => (call.input === 'text 1' && call.attempt === 1 ? await hang(call.signal) : answerOf(call)),
      { slots: yieldingSlots, onYielded: (callMs) => void yieldedMs.push(callMs) },
    );
    const done = workLines(work);
    await until(() => ledger.rows.size === 2);
    isYielding = false;
    yielding.abort();
    expect(await done).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 3, failed: 0 });
    expect(models.inputs).toEqual(['text 0', 'text 1', 'text 2', 'text 1']);
    expect(retries).toEqual([]);
    expect(yieldedMs).toHaveLength(1);
  });

  it('keeps an answer that came although its call had to give its slot back', async () => {
    const yielding = new AbortController();
    const slots: CallSlots = {
      use: async (_, work) => await work({ yielding: yielding.signal, place: newPlace() }),
    };
    const { work, models, ledger } = newLineWork(
      1,
      (call) => {
        yielding.abort();
        return answerOf(call);
      },
      { slots },
    );
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect([models.inputs.length, ledger.counts().completed]).toEqual([1, 1]);
  });

  it('makes no call again when all calls have to end', async () => {
    const yielding = new AbortController();
    const slots: CallSlots = {
      use: async (_, work) => await work({ yielding: yielding.signal, place: newPlace() }),
    };
    const aborted: number[] = [];
    const { work, models, abort, stop } = newLineWork(1, async (call) => await hang(call.signal), {
      slots,
      onAborted: () => void aborted.push(1),
    });
    const done = workLines(work);
    await until(() => models.inputs.length === 1);
    stop.abort();
    abort.abort();
    yielding.abort();
    expect(await done).toEqual({ kind: 'stopped' });
    expect(aborted).toEqual([1]);
  });
});
