import { describe, expect, it } from 'vitest';
import { mayGiveUp, startCapacity, stepCapacity } from './capacity-law.js';
import type { CapacitySample, CapacitySettings, CapacityState } from './capacity.types.js';
import { NO_CALLS } from './latency-fit.js';

const SETTINGS: CapacitySettings = { ceiling: 32, floor: 0, denseArrivals: 5, headroom: 0.25 };
const STEP_MS = 100;

interface Moment {
  readonly arrivals?: number;
  readonly inFlight?: number;
  /** What each arrival took until its first token. */
  readonly tookMs?: number;
  readonly bulk?: Partial<CapacitySample['bulk']>;
  readonly full?: number;
}

/** Bulk that always fills what it is granted, and realtime as it is told. */
class Trace {
  state: CapacityState;
  nowMs = 0;

  constructor(readonly settings = SETTINGS) {
    this.state = startCapacity(settings, 0);
  }

  step({ arrivals = 0, inFlight = 0, tookMs, bulk = {}, full = 0 }: Moment = {}): this {
    this.nowMs += STEP_MS;
    const timed = tookMs === undefined ? 0 : arrivals;
    const timeMs = timed * (tookMs ?? 0);
    const firstToken =
      timed === 0 ? NO_CALLS : { count: timed, size: timed, timeMs, sizeSquared: timed, sizeTime: timeMs };
    const sample: CapacitySample = {
      nowMs: this.nowMs,
      realtime: { arrivals, inFlight, firstToken, whole: NO_CALLS },
      bulk: { inFlight: this.state.grant, completed: 0, units: 0, ...bulk },
      full,
    };
    this.state = stepCapacity(this.state, sample, this.settings);
    return this;
  }

  run(seconds: number, moment: (step: number) => Moment = () => ({})): this {
    for (let step = 0; step < (seconds * 1000) / STEP_MS; step++) this.step(moment(step));
    return this;
  }

  /** Calls now and then, each of them as fast as alone; after it the baseline is known. */
  settle(): this {
    return this.run(30, (step) => (step % 10 === 0 ? { arrivals: 1, tookMs: 50 } : {}));
  }
}

describe('stepCapacity', () => {
  it('gives bulk all of it where no realtime ever comes', () => {
    expect(new Trace().run(1).state).toMatchObject({ grant: 32, phase: 'alone' });
  });

  it('keeps the headroom once realtime was seen, however long ago', () => {
    const trace = new Trace().step({ arrivals: 1 }).run(600);
    expect(trace.state).toMatchObject({ grant: 24, phase: 'alone' });
  });

  it('stands aside until it has heard how fast realtime is alone, and then fills up again', () => {
    const trace = new Trace().step({ arrivals: 1, tookMs: 500 }).step();
    expect(trace.state).toMatchObject({ phase: 'listening', grant: 0 });
    expect(trace.settle().state).toMatchObject({ phase: 'quiet', grant: 24 });
  });

  it('listens on between calls that come far apart', () => {
    const trace = new Trace();
    trace.run(6, (step) => (step % 15 === 0 ? { arrivals: 1, tookMs: 50 } : {}));
    expect(trace.state.baseline.firstToken.count).toBeGreaterThan(2.9);
    expect(trace.state).toMatchObject({ phase: 'listening', grant: 0 });
  });

  it('does not listen for ever to realtime that says nothing', () => {
    const trace = new Trace().step({ arrivals: 1, inFlight: 1 }).run(11, () => ({ inFlight: 1 }));
    expect(trace.state.phase).toBe('quiet');
    expect(trace.run(5, () => ({ inFlight: 1 })).state.grant).toBe(23);
  });

  it('drops to the floor with the call that makes realtime dense', () => {
    const trace = new Trace({ ...SETTINGS, floor: 2 }).settle();
    trace.step({ arrivals: 4 });
    expect(trace.state.grant).toBe(24);
    trace.step({ arrivals: 1 });
    expect(trace.state).toMatchObject({ phase: 'dense', grant: 2 });
  });

  it('takes few calls that fill half of the endpoint for dense, too', () => {
    expect(new Trace().settle().step({ inFlight: 17 }).state).toMatchObject({ phase: 'dense', grant: 0 });
  });

  it('is back at full within five seconds of the last burst call', () => {
    const trace = new Trace().settle().run(10, () => ({ arrivals: 2, inFlight: 1, tookMs: 100 }));
    expect(trace.state).toMatchObject({ phase: 'dense', grant: 0 });
    expect(trace.run(5).state.grant).toBe(24);
  });

  it('grows by single calls beside dense realtime that does not feel it', () => {
    const trace = new Trace().settle().run(20, () => ({ arrivals: 1, tookMs: 50 }));
    expect(trace.state.phase).toBe('dense');
    expect(trace.state.grant).toBeGreaterThan(3);
    expect(trace.state.grant).toBeLessThan(12);
  });

  it('goes back to the floor when dense realtime feels it, and waits longer each time', () => {
    const trace = new Trace().settle();
    const tries: number[] = [];
    let before = 0;
    trace.run(120, (step) => {
      const { grant } = trace.state;
      if (before === 0 && grant > 0) tries.push(step);
      before = grant;
      return { arrivals: 1, tookMs: grant > 0 ? 100 : 50 };
    });
    const gaps = tries.slice(1).map((step, index) => step - (tries[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(2 * (gaps[0] ?? Infinity));
  });

  it('gives way by a fifth a second while realtime that comes now and then takes more than twice as long', () => {
    const trace = new Trace().settle();
    const slow = (step: number) => (step % 3 === 0 ? { arrivals: 1, tookMs: 200 } : {});
    const grants = [0, 1, 2, 3, 4].map(() => trace.run(1, slow).state.grant);
    expect(grants).toEqual(grants.toSorted((a, b) => b - a));
    expect(grants.at(-1)).toBeLessThan(14);
    expect(grants.at(-1)).toBeGreaterThan(4);
  });

  it('halves where the endpoint is full, at most once a second, and never to nothing', () => {
    const trace = new Trace().run(1);
    trace.step({ full: 3 });
    expect(trace.state.grant).toBe(16);
    expect(trace.step({ full: 3 }).state.grant).toBeLessThanOrEqual(17);
    expect(trace.run(30, () => ({ full: 1 })).state.grant).toBeGreaterThanOrEqual(1);
    expect(trace.state.grant).toBeLessThanOrEqual(6);
  });

  it('gives nothing to bulk that has nothing when realtime finds the endpoint full', () => {
    const trace = new Trace().settle().run(2, () => ({ arrivals: 1 }));
    expect(trace.state).toMatchObject({ phase: 'dense', grant: 0 });
    expect(trace.step({ arrivals: 1, full: 1 }).state.grant).toBe(0);
  });

  it('grows by single calls above where the endpoint was full', () => {
    const trace = new Trace().run(1).step({ full: 1 });
    const before = trace.state.grant;
    expect(trace.run(1).state.grant - before).toBeLessThanOrEqual(5);
    expect(trace.run(5).state.grant).toBe(32);
  });

  it('goes down to the knee of an engine that runs one call at a time, and stays there', () => {
    const trace = new Trace().settle();
    // Twenty rows each step, however many calls wait for them.
    const oneAtATime = () => ({ arrivals: 0, bulk: { completed: 20, units: 20 } });
    trace.run(20, oneAtATime);
    const seen: number[] = [];
    trace.run(30, () => {
      seen.push(trace.state.grant);
      return oneAtATime();
    });
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    expect(seen.filter((grant) => grant === 1).length).toBeGreaterThan(0.85 * seen.length);
  });

  it('stays high on an engine that gets more done with each call', () => {
    const trace = new Trace().settle();
    const batching = () => ({ bulk: { completed: 4 * trace.state.grant, units: 4 * trace.state.grant } });
    trace.run(20, batching);
    const seen: number[] = [];
    trace.run(30, () => {
      seen.push(trace.state.grant);
      return batching();
    });
    expect(seen.reduce((sum, grant) => sum + grant, 0) / seen.length).toBeGreaterThan(0.8 * 24);
  });

  it('goes on from what another process remembered', () => {
    const [one, other] = [new Trace(), new Trace()].map((trace) => trace.settle().step({ arrivals: 6 }));
    if (one === undefined || other === undefined) throw new Error('two traces were made');
    other.state = JSON.parse(JSON.stringify(other.state)) as CapacityState;
    expect(other.run(2).state).toEqual(one.run(2).state);
    expect(one.state.phase).toBe('quiet');
  });

  it('lets calls come back one by one, from those in flight, where it has them given up', () => {
    const settings = { ...SETTINGS, onYield: 'abort' } as const;
    const trace = new Trace(settings).settle();
    trace.run(2, () => ({ arrivals: 1, tookMs: 50 }));
    expect([trace.state.phase, mayGiveUp(trace.state)]).toEqual(['dense', true]);
    // Three were too old to be given up.
    const grants: number[] = [];
    trace.run(3, () => {
      grants.push(trace.state.grant);
      return { bulk: { inFlight: Math.max(3, trace.state.grant) } };
    });
    expect(mayGiveUp(trace.state)).toBe(false);
    const steps = grants.slice(1).map((grant, index) => grant - (grants[index] ?? 0));
    expect(steps.filter((step) => step > 0)[0]).toBe(4);
    expect(Math.max(...steps.slice(steps.indexOf(4) + 1))).toBe(1);
    expect(trace.state.grant).toBeGreaterThan(8);
  });
});
