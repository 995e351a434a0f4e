import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import type { CreateAttempt } from '../creates/creates.types.js';
import { createTestBulk, FaultyStore, listKeys, streamOf, TENANT, type TestBulk } from '../testing/index.js';

const DAY_MS = 86_400_000;
const FIRST: CreateAttempt = { retryCount: 0 };
const RETRY: CreateAttempt = { retryCount: 1 };
const KEYED: CreateAttempt = { key: 'file-1', retryCount: 0 };

async function send(bulk: TestBulk, attempt: CreateAttempt, text = 'hello', tenant = TENANT): Promise<string> {
  const file = { tenant, filename: 'a.txt', purpose: 'user_data', content: streamOf(text), attempt } as const;
  return (await bulk.files.create(file)).id;
}

async function ids(bulk: TestBulk): Promise<string[]> {
  return (await bulk.files.list(TENANT, { limit: 100, order: 'desc' })).data.map(({ id }) => id);
}

const contents = async (bulk: TestBulk): Promise<string[]> => await listKeys(bulk, objectKeys.fileContents(TENANT));

describe('a file with a key', () => {
  it('that is sent again is the first one, of which alone anything is kept', async () => {
    const bulk = createTestBulk();
    const first = await send(bulk, KEYED);
    const before = await listKeys(bulk, '');
    bulk.clock.nowMs += DAY_MS - 1000;
    expect(await send(bulk, { key: 'file-1', retryCount: 1 })).toBe(first);
    expect(await listKeys(bulk, '')).toEqual(before);
    expect(await ids(bulk)).toEqual([first]);
  });

  it('that is sent twice at once is one', async () => {
    const store = new MemoryObjectStore();
    const senders = Array.from({ length: 5 }, () => createTestBulk({ store }));
    const sent = await Promise.all(senders.map(async (sender) => await send(sender, KEYED)));
    expect(new Set(sent).size).toBe(1);
    const bulk = createTestBulk({ store });
    expect(await ids(bulk)).toEqual([sent[0]]);
    expect(await contents(bulk)).toHaveLength(1);
  });

  it('is refused where the key stands for other bytes or another name, and nothing of it is kept', async () => {
    const bulk = createTestBulk();
    const first = await send(bulk, KEYED);
    const refusal = { reason: 'idempotency_key_reused', status: 422 };
    await expect(send(bulk, KEYED, 'other')).rejects.toMatchObject(refusal);
    const renamed = { tenant: TENANT, filename: 'b.txt', purpose: 'user_data', attempt: KEYED } as const;
    await expect(bulk.files.create({ ...renamed, content: streamOf('hello') })).rejects.toMatchObject(refusal);
    expect(await ids(bulk)).toEqual([first]);
    expect(await contents(bulk)).toHaveLength(1);
  });

  it('does not come back when it was deleted, and is another one a day later', async () => {
    const bulk = createTestBulk();
    const first = await send(bulk, KEYED);
    await bulk.files.delete(TENANT, first);
    expect(await send(bulk, KEYED)).toBe(first);
    expect(await ids(bulk)).toEqual([]);
    bulk.clock.nowMs += DAY_MS;
    const next = await send(bulk, KEYED);
    expect([next === first, await ids(bulk)]).toEqual([false, [next]]);
    expect(await send(bulk, KEYED, 'hello', 'other')).not.toBe(next);
  });

  it.each(['crash-before', 'crash-after', 'answer-lost', 'refused'] as const)(
    'that meets %s at any call is stored once when it is sent again',
    async (fault) => {
      let reached = 0;
      for (let at = 1; ; at++) {
        const store = new MemoryObjectStore();
        const bulk = createTestBulk({ store });
        const way = new FaultyStore(store, at, fault);
        const dying = createTestBulk({ store: way, clock: bulk.clock });
        const answered = await Promise.race([
          send(dying, KEYED).catch(() => undefined),
          way.crashed.then(() => undefined),
        ]);
        if (way.calls < at) break;
        reached = at;
        const id = await send(bulk, KEYED);
        expect(id).toBe(answered ?? id);
        expect(await ids(bulk)).toEqual([id]);
        expect((await bulk.files.content(TENANT, id)).totalBytes).toBe(5);
      }
      expect(reached).toBeGreaterThanOrEqual(5);
    },
  );
});

describe('a file without a key', () => {
  it('that says it is a retry is its first try, and one that does not is another', async () => {
    const bulk = createTestBulk();
    const first = await send(bulk, FIRST);
    const other = await send(bulk, FIRST);
    expect(other).not.toBe(first);
    expect([await send(bulk, RETRY), await send(bulk, RETRY)].toSorted()).toEqual([first, other].toSorted());
    expect(await send(bulk, RETRY, 'else')).not.toBe(first);
    expect(await ids(bulk)).toHaveLength(3);
    expect(await contents(bulk)).toHaveLength(3);
  });

  it('that says it is a retry of one that never came to be is stored', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const way = new FaultyStore(store, 4, 'crash-before');
    await Promise.race([send(createTestBulk({ store: way, clock: bulk.clock }), FIRST), way.crashed]);
    expect(await ids(bulk)).toEqual([]);
    const id = await send(bulk, RETRY);
    expect(await ids(bulk)).toEqual([id]);
  });
});
