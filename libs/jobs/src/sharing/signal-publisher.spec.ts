import { describe, expect, it } from 'vitest';
import { EndpointSignals } from '#inference';
import { createLogger } from '#platform';
import { MemoryCapacityBoard } from '../testing/index.js';
import { SignalPublisher } from './signal-publisher.js';

function setUp() {
  const board = new MemoryCapacityBoard();
  const signals = new Map<string, EndpointSignals>();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const publisher = new SignalPublisher({ signals, board, logger });
  return { board, signals, publisher, told: () => [...board.realtime.values()][0] };
}

describe('SignalPublisher', () => {
  it('tells what realtime does, and what of it came in the last second', async () => {
    const { signals, publisher, told } = setUp();
    const counted = new EndpointSignals();
    signals.set('e', counted);
    counted.arrived();
    await publisher.tick();
    expect(told()).toMatchObject({ inFlight: 1, arrivals: 1, recentArrivals: 1 });
    for (let tick = 0; tick < 12; tick++) await publisher.tick();
    expect(told()).toMatchObject({ inFlight: 1, arrivals: 1, recentArrivals: 0 });
  });

  it('falls silent for an endpoint without calls, and speaks again with the next one', async () => {
    const { board, signals, publisher, told } = setUp();
    const counted = new EndpointSignals();
    signals.set('e', counted);
    counted.arrived();
    counted.left();
    for (let tick = 0; tick < 40; tick++) await publisher.tick();
    board.realtime.clear();
    await publisher.tick();
    expect(told()).toBeUndefined();
    counted.arrived();
    await publisher.tick();
    expect(told()).toMatchObject({ arrivals: 2, inFlight: 1 });
  });

  it('goes on while the board is away, and tells everything afterwards', async () => {
    const { board, signals, publisher, told } = setUp();
    const counted = new EndpointSignals();
    signals.set('e', counted);
    counted.arrived();
    board.isAway = true;
    await publisher.tick();
    counted.arrived();
    board.isAway = false;
    await publisher.tick();
    expect(told()).toMatchObject({ arrivals: 2 });
  });
});
