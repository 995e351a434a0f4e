import { describe, expect, it } from 'vitest';
import {
  ANYBODY,
  answerOf,
  embeddingsOf,
  failureOf,
  newLineWork,
  newPlace,
  type NewLineWork,
  type Script,
} from '../testing/index.js';
import { PackPace } from '../packs/pack-pace.js';
import { EndpointHealth } from './endpoint-health.js';
import { EndpointSlots } from './endpoint-slots.js';
import { SlotsOfSeveral } from './slots-of-several.js';
import { workLines } from './work-lines.js';

/** The work of a chunk at a model on the endpoints `a` and `b`, and what each of them was told and asked. */
function newWork(lines: number, script: Script, more: NewLineWork = {}) {
  const clock = { nowMs: 0 };
  const told: string[] = [];
  const asked = new Map<string, number>();
  const places = ['a', 'b'].map((endpoint) => {
    const slots = new EndpointSlots(4);
    return newPlace({
      endpoint,
      slots,
      health: new EndpointHealth(
        () => clock.nowMs,
        () => slots.startWaiting(),
      ),
      share: {
        completed: (count: number) => void told.push(`${endpoint} completed ${count}`),
        full: () => void told.push(`${endpoint} full`),
      },
    });
  });
  const counted: Script = (call) => {
    const { place = 'none', isCanary } = call;
    const name = isCanary ? `canary ${place}` : place;
    asked.set(name, (asked.get(name) ?? 0) + 1);
    return script(call);
  };
  const slots = new SlotsOfSeveral(places, ANYBODY);
  const work = newLineWork(lines, counted, { places, slots, concurrency: 8, ...more });
  const count = (what: string): number => told.filter((one) => one === what).length;
  return { ...work, clock, told, count, places, asked: (name: string) => asked.get(name) ?? 0 };
}

describe('workLines at several endpoints', () => {
  it('makes its calls at both, and tells each what became of its own', async () => {
    const { work, ledger, asked, count } = newWork(40, answerOf);
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 40, failed: 0 });
    expect(asked('a')).toBeGreaterThan(8);
    expect([count('a completed 1'), count('b completed 1')]).toEqual([asked('a'), asked('b')]);
  });

  it('goes on at the other while one is full, and tells that alone', async () => {
    const { work, ledger, asked, count, retries } = newWork(40, (call) => {
      if (call.place === 'a') throw failureOf('upstream_throttled');
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 40, failed: 0 });
    // Those that were on their way together; the pause does not end by itself.
    expect([asked('a'), asked('b')]).toEqual([4, 40]);
    expect([count('a full'), count('b full'), retries.length]).toEqual([4, 0, 4]);
  });

  it('waits for none that has asked for a pause', async () => {
    const { work, asked, places } = newWork(80, answerOf);
    places[0]!.health.failed(10_000);
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect([asked('a'), asked('b')]).toEqual([0, 80]);
  });

  it('uses one again that has come back', async () => {
    let isBack = false;
    const { work, ledger, asked, clock } = newWork(200, (call) => {
      if (call.place === 'a' && !isBack) throw failureOf('upstream_unavailable');
      if (call.input === 'text 50') {
        isBack = true;
        clock.nowMs += 10_000;
      }
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 200, failed: 0 });
    expect(asked('a')).toBeGreaterThan(40);
  });

  it('blames no line for an endpoint that fails all of them, and probes that one', async () => {
    const { work, ledger, asked, places } = newWork(60, (call) => {
      if (call.place === 'a') throw failureOf('upstream_error');
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 60, failed: 0 });
    expect([asked('canary a'), asked('canary b')]).toEqual([1, 0]);
    expect(places.map(({ health }) => health.isFailing)).toEqual([true, false]);
    expect(asked('a')).toBeLessThan(20);
  });

  it('leaves one alone for longer whose trial fails, whatever it fails with', async () => {
    const { work, places, clock, asked } = newWork(60, (call) => {
      if (call.place === 'a') throw failureOf('upstream_error');
      return answerOf(call);
    });
    places[0]!.health.failed(undefined);
    clock.nowMs += 1000;
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(asked('a')).toBe(1);
    expect(places[0]!.health.pauseMs()).toBeGreaterThan(0);
  });

  it('fails a line that fails at each endpoint while both answer others', async () => {
    const { work, ledger } = newWork(20, (call) => {
      if (call.input === 'text 7') throw failureOf('upstream_error');
      return answerOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 19, failed: 1 });
  });

  it('tries a line on where its endpoint turns out to be dead', async () => {
    const { work, ledger, asked } = newWork(
      1,
      (call) => {
        if (call.place === 'a') throw failureOf('upstream_error');
        return answerOf(call);
      },
      { concurrency: 1 },
    );
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 1, failed: 0 });
    expect([asked('a'), asked('canary a'), asked('b')]).toEqual([3, 1, 1]);
  });

  it('sends a pack to the other where its endpoint turns out to be dead, whole', async () => {
    const limits = {
      inputs: 64,
      tokens: 16_384,
      targetMs: 60_000,
      payloadBytes: 6_291_456,
      replyEncoding: 'base64',
    } as const;
    const { work, ledger, models, asked } = newWork(
      30,
      (call) => {
        if (call.place === 'a') throw failureOf('upstream_error');
        return embeddingsOf(call);
      },
      { concurrency: 1, packing: { limits, pace: new PackPace() } },
    );
    expect(await workLines(work)).toEqual({ kind: 'done' });

    expect(ledger.counts()).toEqual({ completed: 30, failed: 0 });
    expect(models.calls.map((inputs) => inputs.length)).toEqual([30, 30, 30]);
    expect([asked('a'), asked('canary a'), asked('b')]).toEqual([2, 1, 1]);
  });

  it('gives the chunk back when none has served for long, and not while one might', async () => {
    const { work, ledger, clock, places } = newWork(3, (call) => {
      if (call.input === 'text 0') return answerOf(call);
      clock.nowMs += 8000;
      throw failureOf('upstream_unavailable');
    });
    places[0]!.health.failed(undefined);
    clock.nowMs += 3_600_000;
    expect(await workLines({ ...work, concurrency: 1 })).toMatchObject({
      kind: 'endpoint',
      error: { reason: 'upstream_unavailable' },
    });

    expect([...ledger.rows.keys()]).toEqual([0]);
    expect(places[1]!.health.failingForMs()).toBeGreaterThan(15_000);
  });
});
