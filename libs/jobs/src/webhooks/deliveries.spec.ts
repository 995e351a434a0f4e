import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { objectKeys, type WebhookDelivery, type WebhookEvent } from '#contracts';
import { startReceiver, type ReceivedRequest, type Receiver } from '../../../platform/src/testing/index.js';
import {
  BACKOFF_MS,
  createTestBulk,
  createTestWebhooks,
  driveToEnd,
  FaultyStore,
  listKeys,
  requestLines,
  RETRY_MS,
  startJob,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end();
const eventsOf = ({ requests }: Receiver): WebhookEvent[] =>
  requests.map(({ body }) => JSON.parse(body) as WebhookEvent);
const outboxOf = async (bulk: TestBulk): Promise<string[]> => await listKeys(bulk, objectKeys.outbox);

describe('deliveries', () => {
  const closing: { close(): Promise<void> }[] = [];
  const open = (bulk: TestBulk, store = bulk.store) => {
    const webhooks = createTestWebhooks(bulk, store);
    closing.push(webhooks);
    return webhooks;
  };
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((webhooks) => webhooks.close()));
  });

  async function endJob(bulk: TestBulk): Promise<string> {
    const id = await startJob(bulk, requestLines(1));
    await driveToEnd(bulk, id);
    return id;
  }

  it('tell each endpoint of the ends that it wants to hear of, once', async () => {
    await using wanting = await startReceiver();
    await using other = await startReceiver();
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
      status(down-- > 0 ? 503 : 204)(request, response),
    );
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    await using receiver = await startReceiver(status(429, { 'retry-after': '60' }));
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    await using receiver = await startReceiver(status(500));
    const bulk = createTestBulk();
    const counted = new FaultyStore(bulk.store);
    const webhooks = open(bulk, counted);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();
    const before = counted.calls;
    await webhooks.deliver();

    expect(counted.calls - before).toBe(1);
  });

  it('follow no redirect', async () => {
    await using inside = await startReceiver();
    await using receiver = await startReceiver(status(302, { location: inside.url }));
    const bulk = createTestBulk();
    const webhooks = open(bulk);
    await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.deliver();

    expect(webhooks.attempts).toEqual(['refused']);
    expect(inside.requests).toEqual([]);
  });

  it('are given up after three days', async () => {
    await using receiver = await startReceiver(status(500));
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    await using receiver = await startReceiver(status(410));
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    const webhooks = open(bulk);
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
    const webhooks = open(bulk);
    const { id } = await webhooks.subscribe(receiver.url);
    await endJob(bulk);
    await webhooks.endpoints.delete(TENANT, id);
    await webhooks.deliver();

    expect(receiver.requests).toEqual([]);
    expect(await outboxOf(bulk)).toEqual([]);
  });

  it('hold nobody up behind a receiver that hangs, and ask that one by few at a time', async () => {
    await using hanging = await startReceiver(() => undefined);
    await using quick = await startReceiver();
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    await using receiver = await startReceiver((request, response) => status(down ? 500 : 200)(request, response));
    const bulk = createTestBulk();
    const webhooks = open(bulk);
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
    const [leader, other] = [open(bulk), open(bulk)];
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
    const webhooks = open(bulk);
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
      if (!hangs) status(200)(request, response);
    });
    const bulk = createTestBulk();
    const [stopping, next] = [open(bulk), open(bulk)];
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
    const webhooks = open(bulk);
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
