import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { objectKeys, type WebhookDelivery } from '#contracts';
import { startReceiver } from '../../../platform/src/testing/index.js';
import {
  answering,
  BACKOFF_MS,
  createTestBulk,
  createTestWebhooks,
  driveToEnd,
  endJob,
  eventsOf,
  FaultyStore,
  outboxOf,
  requestLines,
  RETRY_MS,
  startJob,
  TENANT,
} from '../testing/index.js';

describe('deliveries', () => {
  it('tell each endpoint of the ends that it wants to hear of, once', async () => {
    await using wanting = await startReceiver();
    await using other = await startReceiver();
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(wanting.url, ['batch.completed', 'batch.cancelled']);
    await webhooks.subscribe(other.url, ['batch.failed', 'job.completed']);
    const completed = await endJob(bulk);
    const cancelled = await startJob(bulk, requestLines(1));
    await bulk.batches.cancel(TENANT, cancelled);
    await driveToEnd(bulk, cancelled);
    await webhooks.deliver();
    await webhooks.deliver();

    expect(eventsOf(wanting).toSorted((a, b) => a.type.localeCompare(b.type))).toMatchObject([
      { object: 'event', type: 'batch.cancelled', data: { id: cancelled } },
      { object: 'event', type: 'batch.completed', data: { id: completed } },
    ]);
    expect(wanting.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': eventsOf(wanting)[0]?.id,
      'webhook-signature': expect.stringMatching(/^v1,/) as string,
    });
    expect(other.requests).toEqual([]);
    expect(webhooks.settled).toEqual(['delivered', 'delivered']);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('cost a tenant without endpoints one LIST a job', async () => {
    const bulk = createTestBulk();
    const record = await bulk.jobs.read(TENANT, await endJob(bulk));
    const counted = new FaultyStore(bulk.store);
    await createTestBulk({ store: counted }).outbox.announce(record);

    expect(counted.calls).toBe(1);
  });

  it('are made again under the same id until a receiver that is down is back, later each time', async () => {
    let down = 3;
    await using receiver = await startReceiver((request, response) =>
      answering(down-- > 0 ? 503 : 204)(request, response),
    );
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    for (const wait of [0, 2, 4, 8]) {
      bulk.clock.nowMs += wait * BACKOFF_MS;
      await webhooks.deliver();
      await webhooks.deliver();
    }

    expect(webhooks.attempts).toEqual(['refused', 'refused', 'refused', 'delivered']);
    expect(new Set(eventsOf(receiver).map(({ id }) => id)).size).toBe(1);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(4);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('wait as long as a receiver asks, and say meanwhile what it answered', async () => {
    await using receiver = await startReceiver(answering(429, { 'retry-after': '60' }));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();
    bulk.clock.nowMs += 59_000;
    await webhooks.deliver();
    const [entry = ''] = await outboxOf(bulk);
    const delivery = await bulk.records.read<WebhookDelivery>(`${objectKeys.outbox}${entry}`);

    expect(receiver.requests).toHaveLength(1);
    expect(delivery?.value).toMatchObject({ attempts: 1, failure: 'it answers with status 429' });
    expect(webhooks.seen).toMatchObject({ waiting: 1, oldestSeconds: 59 });
    bulk.clock.nowMs += 1000;
    await webhooks.deliver();
    expect(receiver.requests).toHaveLength(2);
  });

  it('read nothing of an event that is not due', async () => {
    await using receiver = await startReceiver(answering(500));
    const bulk = createTestBulk();
    const counted = new FaultyStore(bulk.store);
    await using webhooks = createTestWebhooks(bulk, counted);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();
    const before = counted.calls;
    await webhooks.deliver();

    expect(counted.calls - before).toBe(1);
  });

  it('follow no redirect', async () => {
    await using inside = await startReceiver();
    await using receiver = await startReceiver(answering(302, { location: inside.url }));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();

    expect(webhooks.attempts).toEqual(['refused']);
    expect(inside.requests).toEqual([]);
  });

  it('are given up after three days', async () => {
    await using receiver = await startReceiver(answering(500));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();
    bulk.clock.nowMs += RETRY_MS;
    await webhooks.deliver();
    await webhooks.deliver();

    expect(webhooks.settled).toEqual(['gave_up']);
    expect(receiver.requests).toHaveLength(2);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('disable an endpoint that answers 410, and drop what it has not taken', async () => {
    await using receiver = await startReceiver(answering(410));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    const { id } = await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await endJob(bulk);
    await webhooks.deliver();
    await webhooks.deliver();
    await endJob(bulk);

    expect(await webhooks.endpoints.retrieve(TENANT, id)).toMatchObject({
      status: 'disabled',
      disabled_reason: expect.stringContaining('410') as string,
    });
    expect(webhooks.settled).toEqual(['endpoint_gone', 'endpoint_gone']);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('go to the new address of an endpoint whose old one answers 410 meanwhile', async () => {
    await using moved = await startReceiver();
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<ServerResponse>();
    await using old = await startReceiver((_request, response) => onAsked(response));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    const { id } = await webhooks.subscribe(old.url);
    await endJob(bulk);
    await webhooks.loop.look();
    const response = await asked;
    await webhooks.endpoints.update(TENANT, id, { url: moved.url });
    response.writeHead(410).end();
    await webhooks.loop.idle();
    bulk.clock.nowMs += 2 * BACKOFF_MS;
    await webhooks.deliver();

    expect(await webhooks.endpoints.retrieve(TENANT, id)).toMatchObject({ status: 'enabled' });
    expect(moved.requests).toHaveLength(1);
  });

  it('end with their endpoint', async () => {
    await using receiver = await startReceiver();
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    const { id } = await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.endpoints.delete(TENANT, id);
    await webhooks.deliver();

    expect(receiver.requests).toEqual([]);
    expect(await outboxOf(bulk)).toEqual([]);
  });
});
