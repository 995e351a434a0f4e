import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newChunkContext, newChunkLines, newPlace, slotsAt } from '../testing/index.js';
import { ChunkWorkspace } from './chunk-workspace.js';
import { EndpointSlots } from './endpoint-slots.js';
import { RowLedger } from './row-ledger.js';
import { SoloLock } from './solo-lock.js';
import { besideOthers, slotsOfTrials, Trials } from './trials.js';

const NEVER = new AbortController().signal;
const [LINE] = newChunkLines(1);

function setUp() {
  const store = new MemoryObjectStore();
  const workspace = new ChunkWorkspace(store, new RecordStore(store), newChunkContext(1));
  const ledger = new RowLedger(new Map(), {
    workspace,
    checkpointMs: 60_000,
    checkpointBytes: 1_000_000,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const solo = new SoloLock();
  const trialAt = (slots: EndpointSlots): Trials =>
    new Trials({ workspace, ledger, slots: slotsAt(slots), solo, stop: NEVER });
  const callAt = async (slots: EndpointSlots): Promise<string | undefined> =>
    await besideOthers(solo, slotsAt(slots)).use(NEVER, async () => await Promise.resolve('called'));
  return { trialAt, callAt };
}

describe('Trials', () => {
  it('begin although calls wait for an endpoint that gives bulk nothing', async () => {
    const { trialAt, callAt } = setUp();
    const nothing = new EndpointSlots(0);
    const waiting = callAt(nothing);
    const trial = trialAt(new EndpointSlots(1));
    await trial.begin(LINE!);
    trial.leave();
    nothing.setLimit(1);
    expect(await waiting).toBe('called');
  });

  it('hold nobody back while their own endpoint gives bulk nothing', async () => {
    const { trialAt, callAt } = setUp();
    const nothing = new EndpointSlots(0);
    const trial = trialAt(nothing);
    const begun = trial.begin(LINE!);
    await nextTurn();
    expect(await callAt(new EndpointSlots(1))).toBe('called');
    nothing.setLimit(1);
    await begun;
    trial.leave();
  });

  it('make their call while those who wait for their end hold every slot', async () => {
    const { trialAt, callAt } = setUp();
    const slots = new EndpointSlots(1);
    const trial = trialAt(slots);
    await trial.begin(LINE!);
    const waiting = callAt(slots);
    const atOnce = slotsOfTrials([newPlace({ slots })]);
    expect(await atOnce.use(NEVER, async () => await Promise.resolve('tried'))).toBe('tried');
    trial.leave();
    expect(await waiting).toBe('called');
  });

  it('make their call at the endpoint that is likeliest to answer', async () => {
    const places = ['a', 'b', 'c'].map((endpoint) => newPlace({ endpoint }));
    const [first, second, third] = places;
    const ask = async (): Promise<string | undefined> =>
      await slotsOfTrials(places).use(NEVER, async ({ place }) => await Promise.resolve(place.endpoint));
    expect(await ask()).toBe('a');
    first!.health.failed(8000);
    expect(await ask()).toBe('b');
    second!.health.failed(4000);
    third!.health.failed(6000);
    expect(await ask()).toBe('b');
    third!.health.succeeded();
    expect(await ask()).toBe('c');
  });
});
