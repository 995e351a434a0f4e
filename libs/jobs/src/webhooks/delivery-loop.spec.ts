import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../../platform/src/testing/index.js';
import {
  answering,
  BACKOFF_MS,
  createTestBulk,
  createTestWebhooks,
  endJob,
  eventsOf,
  outboxOf,
  TENANT,
} from '../testing/index.js';

describe('workers that deliver', () => {
  it('hold nobody up behind a receiver that hangs, and ask that one by few at a time', async () => {
    await using hanging = await startReceiver(() => undefined);
    await using quick = await startReceiver();
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(hanging.url);
    for (let n = 0; n < 6; n++) await endJob(bulk);
    await webhooks.subscribe(quick.url);
    await endJob(bulk);
    await webhooks.loop.look();
    await Promise.all([quick.received(1), hanging.received(4)]);
    await webhooks.loop.look();

    expect(hanging.requests).toHaveLength(4);
    expect(quick.requests).toHaveLength(1);
  });

  it('try a receiver that has failed by one event at a time until it takes one', async () => {
    let down = true;
    await using receiver = await startReceiver((request, response) => answering(down ? 500 : 200)(request, response));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    for (let n = 0; n < 7; n++) await endJob(bulk);
    await webhooks.deliver();
    const first = receiver.requests.length;
    await webhooks.deliver();
    const second = receiver.requests.length - first;
    down = false;
    bulk.clock.nowMs += 10 * BACKOFF_MS;
    await webhooks.deliver();

    expect([first, second]).toEqual([4, 1]);
    expect(webhooks.settled).toHaveLength(7);
  });

  it('are made by the worker that leads alone', async () => {
    await using receiver = await startReceiver();
    const bulk = createTestBulk();
    await using leader = createTestWebhooks(bulk);
    await using other = createTestWebhooks(bulk);
    other.seen.leading = false;
    await leader.subscribe(receiver.url);
    await endJob(bulk);
    await other.deliver();
    expect(receiver.requests).toEqual([]);
    await leader.deliver();
    expect(receiver.requests).toHaveLength(1);
  });

  it('under way end before a worker has stopped', async () => {
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<ServerResponse>();
    await using receiver = await startReceiver((_request, response) => onAsked(response));
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.loop.look();
    const response = await asked;
    const stopped = webhooks.loop.stop();
    response.end();
    await stopped;

    expect(webhooks.settled).toEqual(['delivered']);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('that a worker breaks off when it stops are made by another one', async () => {
    let hangs = true;
    await using receiver = await startReceiver((request, response) => {
      if (!hangs) answering(200)(request, response);
    });
    const bulk = createTestBulk();
    await using stopping = createTestWebhooks(bulk);
    await using next = createTestWebhooks(bulk);
    await stopping.subscribe(receiver.url);
    await endJob(bulk);
    await stopping.loop.look();
    await receiver.received(1);
    await stopping.loop.stop();
    await stopping.loop.close();
    hangs = false;
    await next.deliver();

    expect(stopping.attempts).toEqual([]);
    expect(next.attempts).toEqual(['delivered']);
    expect(new Set(eventsOf(receiver).map(({ id }) => id)).size).toBe(1);
  });

  it('that are over are not made again when a late finaliser puts the event down anew', async () => {
    await using receiver = await startReceiver();
    const bulk = createTestBulk();
    await using webhooks = createTestWebhooks(bulk);
    await webhooks.subscribe(receiver.url);
    const id = await endJob(bulk);
    await webhooks.deliver();
    await bulk.outbox.announce(await bulk.jobs.read(TENANT, id));
    expect(await outboxOf(bulk)).toHaveLength(1);
    await webhooks.deliver();

    expect(receiver.requests).toHaveLength(1);
    expect(await outboxOf(bulk)).toEqual([]);
  });
});
