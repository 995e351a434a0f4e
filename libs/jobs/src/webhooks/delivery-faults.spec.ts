import { describe, expect, it } from 'vitest';
import { objectKeys, type WebhookEvent } from '#contracts';
import { startReceiver } from '../../../platform/src/testing/index.js';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createTestBulk,
  createTestWebhooks,
  driveToEnd,
  FAULTS,
  FaultyStore,
  listKeys,
  MemoryJobQueue,
  requestLines,
  startJob,
} from '../testing/index.js';

describe('the event of a job', () => {
  it.each(FAULTS)('is put down once, whichever call of the finisher meets %s', async (fault) => {
    let faults = 0;
    for (let at = 1; ; at++) {
      const store = new MemoryObjectStore();
      const queue = new MemoryJobQueue();
      const healthy = createTestBulk({ store, queue });
      const webhooks = createTestWebhooks(healthy);
      await webhooks.subscribe('http://127.0.0.1:9/');
      const jobId = await startJob(healthy, requestLines(1));
      const way = new FaultyStore(store, at, fault);
      const done = driveToEnd(createTestBulk({ store: way, queue }), jobId).catch((error: unknown) => error);
      await Promise.race([done, way.crashed]);
      queue.empty();
      await driveToEnd(healthy, jobId);
      await webhooks.close();
      expect(await listKeys(healthy, objectKeys.outbox)).toHaveLength(1);
      if (way.calls < at) break;
      faults++;
    }
    expect(faults).toBeGreaterThan(20);
  });

  it.each(FAULTS)('is delivered under one id, whichever call of a delivery meets %s', async (fault) => {
    await using receiver = await startReceiver();
    const bulk = createTestBulk();
    const healthy = createTestWebhooks(bulk);
    const endpoint = await healthy.subscribe(receiver.url);
    let faults = 0;
    for (let at = 1; ; at++) {
      const jobId = await startJob(bulk, requestLines(1));
      await driveToEnd(bulk, jobId);
      const way = new FaultyStore(bulk.store, at, fault);
      const unlucky = createTestWebhooks(bulk, way);
      await Promise.race([unlucky.deliver(), way.crashed]);
      bulk.clock.nowMs += 60_000;
      await healthy.deliver();
      const ids = receiver.requests
        .map(({ body }) => JSON.parse(body) as WebhookEvent)
        .filter(({ data }) => data.id === jobId)
        .map(({ id }) => id);
      expect(ids.length).toBeGreaterThanOrEqual(1);
      expect(ids.length).toBeLessThanOrEqual(2);
      expect(new Set(ids).size).toBe(1);
      expect(await listKeys(bulk, objectKeys.outbox)).toEqual([]);
      if (way.calls < at) break;
      faults++;
    }
    await healthy.close();
    expect(faults).toBeGreaterThanOrEqual(6);
    expect(endpoint.status).toBe('enabled');
  });
});
