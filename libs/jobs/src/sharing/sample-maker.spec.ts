import { describe, expect, it } from 'vitest';
import { EndpointSignals } from '#inference';
import type { Settlement } from './capacity-board.port.js';
import { SampleMaker } from './sample-maker.js';

function settlement(
  realtime: Readonly<Record<string, EndpointSignals>>,
  bulk: Settlement['bulk'] = new Map(),
  recentArrivals = 0,
): Settlement {
  return {
    nowMs: 1,
    lease: 1,
    isLeader: true,
    decision: undefined,
    realtime: new Map(
      Object.entries(realtime).map(([process, signals]) => [process, { ...signals.read(), recentArrivals }]),
    ),
    bulk,
  };
}

function withCalls(count: number): EndpointSignals {
  const signals = new EndpointSignals();
  for (let call = 0; call < count; call++) {
    signals.arrived();
    signals.answered(10, 5);
  }
  return signals;
}

describe('SampleMaker', () => {
  it('counts what came since the last time, over all processes', () => {
    const maker = new SampleMaker();
    const [a, b] = [withCalls(3), withCalls(4)];
    maker.next(settlement({ a, b }));
    a.arrived();
    b.arrived();
    b.full();
    expect(maker.next(settlement({ a, b }))).toMatchObject({
      full: 1,
      realtime: { inFlight: 9, arrivals: 2, whole: { count: 0 } },
    });
  });

  it('takes of a process that it hears of for the first time the last second, not the years before', () => {
    const { realtime } = new SampleMaker().next(settlement({ a: withCalls(1000) }, new Map(), 4));
    expect(realtime).toMatchObject({ arrivals: 4, whole: { count: 0 } });
  });

  it('adds up what workers have in flight and get done', () => {
    const maker = new SampleMaker();
    const worker = (completed: number, lines: number) => ({ inFlight: 2, counts: { completed, lines, full: 1 } });
    maker.next(settlement({}, new Map([['a', worker(5, 50)]])));
    const sample = maker.next(
      settlement(
        {},
        new Map([
          ['a', worker(7, 90)],
          ['b', worker(100, 100)],
        ]),
      ),
    );
    expect(sample).toMatchObject({ full: 0, bulk: { inFlight: 4, completed: 2, units: 40 } });
  });
});
