import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newChunkContext } from '../testing/index.js';
import { ChunkWorkspace } from './chunk-workspace.js';

function setUp() {
  const store = new MemoryObjectStore();
  const context = newChunkContext(2);
  const begin = async () => {
    const workspace = new ChunkWorkspace(store, new RecordStore(store), context);
    const state = await workspace.look();
    await workspace.begin();
    return { workspace, state };
  };
  const { tenant, id } = context.record;
  const names = async (): Promise<string[]> => {
    const prefix = `${objectKeys.workspace(tenant, id, 0)}yielded/`;
    return (await store.list(prefix)).objects.map(({ key }) => key.slice(prefix.length));
  };
  return { begin, names };
}

describe('What a chunk gave up for realtime', () => {
  it('is told by its commit, over all of its attempts', async () => {
    const { begin } = setUp();
    const first = await begin();
    first.workspace.noteYielded(1000);
    first.workspace.noteYielded(500);
    await first.workspace.end();
    const second = await begin();
    expect(second.state.yielded).toEqual({ calls: 2, callMs: 1500 });
    second.workspace.noteYielded(20.4);
    expect(await second.workspace.commit(new Map(), null)).toMatchObject({ yielded: { calls: 3, callMs: 1520 } });
  });

  it('is told once by an attempt that commits', async () => {
    const { begin, names } = setUp();
    const { workspace } = await begin();
    workspace.noteYielded(1000);
    await workspace.commit(new Map(), null);
    await workspace.end();
    expect(await names()).toEqual([]);
  });

  it('is nothing, and costs no object, where nothing was given up', async () => {
    const { begin, names } = setUp();
    const first = await begin();
    await first.workspace.end();
    expect(await names()).toEqual([]);
    const { workspace } = await begin();
    expect(await workspace.commit(new Map(), null)).not.toHaveProperty('yielded');
  });

  it('has beside it for how long the attempts stood still, also without a commit', async () => {
    const { begin } = setUp();
    const first = await begin();
    first.workspace.noteWaited(700);
    await first.workspace.end();
    const second = await begin();
    expect(second.state).toMatchObject({ waitedMs: 700, yielded: { calls: 0 } });
    // Its own lines first, then those whose texts could not be had from others.
    second.workspace.noteWaited(30);
    second.workspace.noteWaited(20);
    expect(await second.workspace.commit(new Map(), null)).toMatchObject({ waitedMs: 750 });
  });
});
