import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateBatchDto, type CreateJobDto, type CreateUploadDto } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  collectGarbage,
  createTestBulk,
  FaultyStore,
  listKeys,
  requestLines,
  streamOf,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';
import type { CreateAttempt } from './creates.types.js';

const CALLER = { tenant: TENANT, keyId: 'key_1' };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIRST: CreateAttempt = { retryCount: 0 };
const RETRY: CreateAttempt = { retryCount: 1 };
const KEYED: CreateAttempt = { key: 'order-1', retryCount: 0 };

/** The same request, each time as another object. */
const batchOf = (input_file_id: string) =>
  ({ input_file_id, endpoint: '/v1/embeddings', completion_window: '24h' }) as const satisfies CreateBatchDto;
const uploadOf = (): CreateUploadDto => ({ bytes: 5, filename: 'x', mime_type: 'text/plain', purpose: 'user_data' });

/** What can be created, and how to see what was. */
const ROUTES = [
  {
    name: 'batches',
    create: async (bulk: TestBulk, fileId: string, attempt: CreateAttempt) =>
      (await bulk.batches.create(CALLER, batchOf(fileId), attempt)).id,
    made: async (bulk: TestBulk) => (await bulk.jobsFace.list(TENANT, { limit: 100 })).data.map(({ id }) => id),
  },
  {
    name: 'jobs',
    create: async (bulk: TestBulk, fileId: string, attempt: CreateAttempt) => {
      const request: CreateJobDto = { type: 'embeddings', model: 'm', input_file_id: fileId };
      return (await bulk.jobsFace.create(CALLER, request, attempt)).id;
    },
    made: async (bulk: TestBulk) => (await bulk.jobsFace.list(TENANT, { limit: 100 })).data.map(({ id }) => id),
  },
  {
    name: 'uploads',
    create: async (bulk: TestBulk, _fileId: string, attempt: CreateAttempt) =>
      (await bulk.uploads.create(TENANT, uploadOf(), attempt)).id,
    made: async (bulk: TestBulk) => await listKeys(bulk, objectKeys.uploadRecords(TENANT)),
  },
] as const;

async function createFile(bulk: TestBulk, _fileId: string, attempt: CreateAttempt): Promise<string> {
  const content = streamOf('hello');
  return (await bulk.files.create({ tenant: TENANT, filename: 'x', purpose: 'user_data', content, attempt })).id;
}

async function prepared() {
  const store = new MemoryObjectStore();
  const bulk = createTestBulk({ store });
  return { store, bulk, fileId: await uploadInput(bulk, requestLines(2)) };
}

describe.each(ROUTES)('a create of $name', ({ create, made }) => {
  it('with a key that was sent before is answered with what was created then, and creates nothing', async () => {
    const { bulk, fileId } = await prepared();
    const first = await create(bulk, fileId, KEYED);
    bulk.clock.nowMs += DAY_MS - MINUTE_MS;
    expect(await create(bulk, fileId, KEYED)).toBe(first);
    expect(await create(bulk, fileId, { key: 'order-1', retryCount: 2 })).toBe(first);
    expect(await made(bulk)).toHaveLength(1);
    expect(await listKeys(bulk, objectKeys.activeMarker(TENANT, ''))).toHaveLength(first.startsWith('upload') ? 0 : 1);
  });

  it('is another one with another key, of another tenant, and a day later', async () => {
    const { bulk, fileId } = await prepared();
    const ids = [await create(bulk, fileId, KEYED), await create(bulk, fileId, { ...KEYED, key: 'order-2' })];
    bulk.clock.nowMs += DAY_MS;
    ids.push(await create(bulk, fileId, KEYED));
    expect(new Set(ids).size).toBe(3);
    expect(await create(bulk, fileId, KEYED)).toBe(ids[2]);
  });

  it('is one for all that are sent at once with one key: each gets its answer, or is told to ask again', async () => {
    const { store, bulk, fileId } = await prepared();
    const senders = Array.from({ length: 6 }, () => createTestBulk({ store, clock: bulk.clock }));
    const answers = await Promise.allSettled(senders.map(async (sender) => await create(sender, fileId, KEYED)));
    const ids = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    expect(new Set(ids).size).toBe(1);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ reason: 'request_in_progress', status: 409, retryable: true });
    }
    expect(await create(bulk, fileId, KEYED)).toBe(ids[0]);
    expect(await made(bulk)).toHaveLength(1);
  });

  it.each(['crash-before', 'crash-after', 'answer-lost', 'refused'] as const)(
    'with a key that meets %s at any call is created once when it is sent again',
    async (fault) => {
      let reached = 0;
      for (let at = 1; ; at++) {
        const { store, bulk, fileId } = await prepared();
        const way = new FaultyStore(store, at, fault);
        const dying = createTestBulk({ store: way, clock: bulk.clock });
        const first = create(dying, fileId, KEYED).catch(() => undefined);
        const answered = await Promise.race([first, way.crashed.then(() => undefined)]);
        if (way.calls < at) break;
        reached = at;
        // A process that died cannot say so; whoever asks at once is told to wait.
        bulk.clock.nowMs += 10_000;
        const id = await create(bulk, fileId, KEYED);
        expect(id).toBe(answered ?? id);
        expect(await made(bulk)).toEqual([expect.stringContaining(id)]);
        expect(await create(bulk, fileId, KEYED)).toBe(id);
      }
      expect(reached).toBeGreaterThanOrEqual(2);
    },
  );

  it('that says it is a retry is answered with its first try, and one that does not is another', async () => {
    const { bulk, fileId } = await prepared();
    const [first, other] = [await create(bulk, fileId, FIRST), await create(bulk, fileId, FIRST)];
    expect(other).not.toBe(first);
    bulk.clock.nowMs += 20 * MINUTE_MS;
    // Two senders, whose answers were lost: each gets one of the two, whichever.
    const again = [await create(bulk, fileId, RETRY), await create(bulk, fileId, RETRY)];
    expect(again.toSorted()).toEqual([first, other].toSorted());
    expect(await made(bulk)).toHaveLength(2);
    // A third has lost its first try on the way here.
    const third = await create(bulk, fileId, RETRY);
    expect([first, other]).not.toContain(third);
    expect(await create(bulk, fileId, { retryCount: 2 })).toBe(third);
    expect(await made(bulk)).toHaveLength(3);
  });

  it('that says it is a retry is its own first try after half an hour, and of another tenant', async () => {
    const { bulk, fileId } = await prepared();
    const first = await create(bulk, fileId, FIRST);
    bulk.clock.nowMs += 31 * MINUTE_MS;
    expect(await create(bulk, fileId, RETRY)).not.toBe(first);
  });

  it.each(['crash-before', 'crash-after'] as const)(
    'that says it is a retry goes on from a first try that met %s at any call',
    async (fault) => {
      for (let at = 1; ; at++) {
        const { store, bulk, fileId } = await prepared();
        const way = new FaultyStore(store, at, fault);
        const dying = createTestBulk({ store: way, clock: bulk.clock });
        await Promise.race([create(dying, fileId, FIRST), way.crashed]);
        if (way.calls < at) break;
        const id = await create(bulk, fileId, RETRY);
        expect(await made(bulk)).toEqual([expect.stringContaining(id)]);
      }
    },
  );

  it('leaves notes that are collected after a day', async () => {
    const { bulk, fileId } = await prepared();
    await create(bulk, fileId, KEYED);
    await create(bulk, fileId, FIRST);
    await create(bulk, fileId, RETRY);
    bulk.clock.nowMs += DAY_MS;
    await collectGarbage(bulk);
    expect(await listKeys(bulk, objectKeys.creates(TENANT))).toHaveLength(3);
    bulk.clock.nowMs += 2 * 3_600_000;
    expect(await collectGarbage(bulk)).toMatchObject({ create_note: 3 });
    expect(await listKeys(bulk, objectKeys.creates(TENANT))).toEqual([]);
  });
});

describe('a create with a key', () => {
  it('that stands for another request is refused, also while that one runs', async () => {
    const { store, bulk, fileId } = await prepared();
    await bulk.batches.create(CALLER, batchOf(fileId), KEYED);
    const other = { ...KEYED };
    const changed = { ...batchOf(fileId), metadata: { a: 'b' } };
    await expect(bulk.batches.create(CALLER, changed, other)).rejects.toMatchObject({
      reason: 'idempotency_key_reused',
      status: 422,
      param: 'Idempotency-Key',
    });
    const dying = new FaultyStore(store, 7, 'crash-before');
    const running = createTestBulk({ store: dying, clock: bulk.clock });
    await Promise.race([running.batches.create(CALLER, batchOf(fileId), { key: 'k', retryCount: 0 }), dying.crashed]);
    await expect(bulk.batches.create(CALLER, changed, { key: 'k', retryCount: 0 })).rejects.toMatchObject({
      reason: 'idempotency_key_reused',
    });
  });

  it('is told to wait while the first one runs, whatever order its fields have', async () => {
    const { store, bulk, fileId } = await prepared();
    const dying = new FaultyStore(store, 6, 'crash-before');
    const running = createTestBulk({ store: dying, clock: bulk.clock });
    await Promise.race([running.batches.create(CALLER, batchOf(fileId), KEYED), dying.crashed]);
    bulk.clock.nowMs += 4000;
    const reordered: CreateBatchDto = { completion_window: '24h', endpoint: '/v1/embeddings', input_file_id: fileId };
    await expect(bulk.batches.create(CALLER, reordered, KEYED)).rejects.toMatchObject({
      reason: 'request_in_progress',
      retryAfterSeconds: 6,
    });
  });

  it('is free again when its request was refused, for another one too', async () => {
    const { bulk, fileId } = await prepared();
    const missing = bulk.batches.create(CALLER, batchOf('file-000000000000000000000'), KEYED);
    await expect(missing).rejects.toMatchObject({ reason: 'not_found', param: 'input_file_id' });
    const { id } = await bulk.batches.create(CALLER, batchOf(fileId), KEYED);
    expect((await bulk.batches.create(CALLER, batchOf(fileId), KEYED)).id).toBe(id);
  });

  it('means nothing to other tenants and other routes', async () => {
    const { bulk, fileId } = await prepared();
    await bulk.batches.create(CALLER, batchOf(fileId), KEYED);
    const upload = await bulk.uploads.create(TENANT, uploadOf(), KEYED);
    expect((await bulk.uploads.create('other', uploadOf(), KEYED)).id).not.toBe(upload.id);
  });

  it('asks the store for four things in a row at most, as one without does', async () => {
    for (const attempt of [FIRST, KEYED]) {
      for (const create of [...ROUTES.map((route) => route.create), createFile]) {
        const { store, bulk, fileId } = await prepared();
        const slow = new SteppingStore(store);
        await create(createTestBulk({ store: slow, clock: bulk.clock }), fileId, attempt);
        expect(slow.steps).toBeLessThanOrEqual(4);
      }
    }
  });
});

/** Answers all that is asked at once in one step, and counts the steps. */
class SteppingStore extends FaultyStore {
  steps = 0;
  private step: Promise<void> | undefined;

  protected override async pass<T>(call: () => Promise<T>): Promise<T> {
    this.step ??= this.nextStep();
    await this.step;
    return await super.pass(call);
  }

  private async nextStep(): Promise<void> {
    this.steps++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.step = undefined;
  }
}
