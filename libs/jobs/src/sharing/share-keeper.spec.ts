import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '#platform';
import { EndpointSlots } from '../chunks/endpoint-slots.js';
import { MemoryCapacityBoard } from '../testing/index.js';
import { ShareKeeper } from './share-keeper.js';

const SETTINGS = { endpoint: 'e', ceiling: 8, floor: 0, denseArrivals: 5, headroom: 0.25 };
const NEVER = new AbortController().signal;
const WAIT = { timeout: 60_000, interval: 20 };
const keepers: ShareKeeper[] = [];

afterEach(() => {
  for (const keeper of keepers.splice(0)) keeper.close();
});

function setUp() {
  const board = new MemoryCapacityBoard();
  const keeper = new ShareKeeper({ board, logger: createLogger({ name: 'test', level: 'silent' }) });
  keepers.push(keeper);
  const slots = new EndpointSlots(0, () => keeper.wake());
  const share = keeper.open(SETTINGS, slots);
  const call = async (): Promise<string | undefined> =>
    await slots.use(NEVER, async () => await Promise.resolve('answered'));
  return { board, keeper, slots, share, call };
}

describe('ShareKeeper', () => {
  it('gets a part for the first call that waits', async () => {
    expect(await setUp().call()).toBe('answered');
  });

  it('gets a part again after it has fallen asleep', async () => {
    const { call, share } = setUp();
    await call();
    await expect.poll(() => share.lease, WAIT).toBe(0);
    expect(await call()).toBe('answered');
  });

  it('hears a call that begins to wait while it finds no work for others', async () => {
    const { keeper, call } = setUp();
    // Nothing waits yet: this look finds nothing to do, and is not over when the call comes.
    keeper.wake();
    expect(await call()).toBe('answered');
  });

  it('lets one call after the other through while the board is away, and all again when it is back', async () => {
    const { board, call, share } = setUp();
    board.isAway = true;
    expect(await Promise.all([call(), call(), call()])).toEqual(['answered', 'answered', 'answered']);
    expect(share.lease).toBe(1);
    board.isAway = false;
    await expect.poll(() => share.lease, WAIT).toBe(8);
  });

  it('shows what was decided', async () => {
    const { keeper, call } = setUp();
    await call();
    expect(keeper.latest()).toMatchObject([{ endpoint: 'e', decision: { settings: { ceiling: 8 } } }]);
  });
});
