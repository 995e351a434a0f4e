import { describe, expect, it } from 'vitest';
import { EndpointSignals } from '#inference';
import { MemoryCapacityBoard } from '../testing/index.js';
import { EndpointShare, type ShareSettings } from './endpoint-share.js';

const SETTINGS: ShareSettings = { endpoint: 'e', ceiling: 8, floor: 0, denseArrivals: 5, headroom: 0.25 };

function setUp(settings = SETTINGS) {
  const board = new MemoryCapacityBoard();
  const slots = {
    inUse: 0,
    demand: 20,
    limit: -1,
    sheds: 0,
    setLimit: (limit: number): void => void (slots.limit = limit),
    shed: (): void => void slots.sheds++,
  };
  const share = new EndpointShare(settings, slots);
  const signals = new EndpointSignals();
  /** A tick in which so many realtime calls came and went. */
  const tick = async (arrivals = 0, worker = 'me'): Promise<number> => {
    for (let call = 0; call < arrivals; call++) {
      signals.arrived();
      signals.answered(10, 20);
      signals.left();
    }
    board.realtime.set('api', { ...signals.read(), recentArrivals: arrivals });
    await share.settle(board, worker);
    slots.inUse = Math.min(slots.demand, slots.limit);
    return slots.limit;
  };
  /** Ticks until an empty board has heard everyone. */
  const begin = async (): Promise<void> => {
    while (board.decision === undefined) await tick();
  };
  return { board, slots, share, tick, begin };
}

describe('EndpointShare', () => {
  it('has all of an endpoint that nobody else uses half a second after the first call on it', async () => {
    const { tick } = setUp();
    for (let step = 0; step < 5; step++) expect(await tick()).toBe(0);
    expect(await tick()).toBe(8);
  });

  it('has all of an endpoint that nobody else uses at once where it was used before', async () => {
    const { board, begin } = setUp();
    await begin();
    const successor = setUp();
    successor.board.decision = board.decision;
    expect(await successor.tick()).toBe(8);
  });

  it('tells twice a second what stays the same, and a change at once', async () => {
    const { board, tick, share, begin } = setUp();
    await begin();
    const told: unknown[] = [];
    for (let step = 0; step < 50; step++) {
      const before = board.decision;
      expect(await tick()).toBe(8);
      if (board.decision !== before) told.push(step);
    }
    expect(told).toHaveLength(10);

    while (board.decision?.state.atMs !== board.nowMs) await tick();
    share.full();
    await tick();
    expect(board.decision.state).toMatchObject({ phase: 'alone', grant: 4 });
    await tick(1);
    expect(board.decision.state).toMatchObject({ phase: 'listening', grant: 0 });
  });

  it('has none with the very tick that shows a burst', async () => {
    const { tick } = setUp();
    for (let step = 0; step < 90; step++) await tick(step % 10 === 0 ? 1 : 0);
    expect(await tick()).toBeGreaterThan(0);
    expect(await tick(6)).toBe(0);
  });

  it('has its part of less with the very tick that decides so, where others have parts too', async () => {
    const { board, tick, share, begin } = setUp();
    board.workers = 2;
    await begin();
    const before = await tick();
    share.full();
    const after = await tick();

    expect(board.decision?.state.grant).toBeGreaterThanOrEqual(before);
    expect([before, after]).toEqual([4, Math.floor((board.decision?.state.grant ?? 0) / 2)]);
    expect(after).toBeLessThan(before);
  });

  it('makes one call at a time while the board is away, and goes on where it was', async () => {
    const { board, tick, slots, begin } = setUp();
    await begin();
    board.isAway = true;
    await expect(tick()).rejects.toMatchObject({ reason: 'queue_unavailable' });
    expect(slots.limit).toBe(1);
    board.isAway = false;
    expect(await tick()).toBe(8);
  });

  it('follows who leads and decides nothing itself', async () => {
    const { board, tick, share, begin } = setUp();
    await begin();
    board.leader = 'other';
    const decided = board.decision;
    if (decided === undefined) throw new Error('the first tick decided');
    board.decision = { ...decided, state: { ...decided.state, grant: 3 } };
    expect(await tick()).toBe(3);
    expect(board.decision.state.grant).toBe(3);
    expect(share.decision?.state.grant).toBe(3);
  });

  it('takes over what the last leader knew', async () => {
    const { board, tick } = setUp();
    for (let step = 0; step < 80; step++) await tick(step % 10 === 0 ? 1 : 0);
    const learned = board.decision?.state.baseline.whole.count ?? 0;
    expect(learned).toBeGreaterThanOrEqual(5);
    const successor = setUp();
    successor.board.decision = board.decision;
    successor.board.nowMs = board.nowMs;
    await successor.tick();
    expect(successor.board.decision?.state.baseline.whole.count).toBeGreaterThan(learned * 0.99);
  });

  it('counts what it was told, and gives its part back once nothing was wanted for a while', async () => {
    const { share, slots, tick } = setUp();
    share.completed(3);
    share.full();
    await tick();
    expect(share.isWorking()).toBe(true);
    slots.demand = 0;
    let ticks = 0;
    while (share.isWorking()) ticks++;
    expect(ticks).toBeGreaterThan(5);
    expect(slots.limit).toBe(0);
    slots.demand = 1;
    expect(share.isWorking()).toBe(true);
  });

  it('has calls given up while realtime is dense, where the endpoint is to be shared so', async () => {
    const { tick, slots } = setUp({ ...SETTINGS, onYield: 'abort' });
    for (let step = 0; step < 90; step++) await tick(step % 10 === 0 ? 1 : 0);
    expect(slots.sheds).toBe(0);
    await tick(6);
    expect(slots.sheds).toBe(1);
  });

  it('has no calls given up where they are to run to their ends', async () => {
    const { tick, slots } = setUp();
    for (let step = 0; step < 90; step++) await tick(step % 10 === 0 ? 1 : 0);
    await tick(6);
    expect(slots.sheds).toBe(0);
  });

  it('has no calls given up on what was decided long ago', async () => {
    const { board, tick, slots } = setUp({ ...SETTINGS, onYield: 'abort' });
    for (let step = 0; step < 90; step++) await tick(step % 10 === 0 ? 1 : 0);
    board.leader = 'other';
    const decided = board.decision;
    if (decided === undefined) throw new Error('the first tick decided');
    board.decision = { ...decided, state: { ...decided.state, phase: 'dense' } };
    board.isStale = true;
    await tick();
    expect(slots.sheds).toBe(0);
    board.isStale = false;
    await tick();
    expect(slots.sheds).toBe(1);
  });

  it('begins no call on a board that was emptied before everyone has told it what is in flight', async () => {
    const { board, tick, slots } = setUp();
    for (let step = 0; step < 80; step++) await tick(step % 10 === 0 ? 1 : 0);
    const learned = board.decision?.state.baseline.whole.count ?? 0;
    slots.inUse = 3;
    board.decision = undefined;
    for (let step = 0; step < 5; step++) {
      await tick();
      expect([slots.limit, board.decision]).toEqual([3, undefined]);
    }
    expect(await tick()).toBeGreaterThan(3);
    expect(board.decision).toMatchObject({
      state: { baseline: { whole: { count: expect.closeTo(learned, 0) as number } } },
    });
  });
});
