import type { ServerResponse } from 'node:http';
import {
  objectKeys,
  type WebhookEndpointWithSecretObject,
  type WebhookEvent,
  type WebhookEventType,
  type WebhookOutcome,
} from '#contracts';
import { OutboundClient, readOutboundConfig } from '#platform';
import { RecordStore, type ObjectStore } from '#storage';
import { DeliveryLoop } from '../webhooks/delivery-loop.js';
import { WebhookDeliverer } from '../webhooks/webhook-deliverer.js';
import { WebhookEndpoints } from '../webhooks/webhook-endpoints.js';
import type { ReceivedRequest, Receiver } from '../../../platform/src/testing/index.js';
import { LOCAL_OUTBOUND, TENANT, type TestBulk } from './create-test-bulk.js';
import { driveToEnd, listKeys, requestLines, startJob } from './drive-bulk.js';

export const BACKOFF_MS = 1000;
export const RETRY_MS = 3 * 86_400_000;
const TIMEOUT_MS = 5000;
const GRACE_MS = 50;

/** One worker's deliveries over a test's engine. */
export function createTestWebhooks(bulk: TestBulk, store: ObjectStore = bulk.store) {
  const attempts: string[] = [];
  const settled: WebhookOutcome[] = [];
  const seen = { leading: true, waiting: 0, oldestSeconds: 0 };
  const outbound = new OutboundClient(readOutboundConfig(LOCAL_OUTBOUND));
  const parts = {
    store,
    records: new RecordStore(store),
    outbound,
    webhookTimeoutMs: TIMEOUT_MS,
    webhookBackoffMs: BACKOFF_MS,
    webhookRetryMs: RETRY_MS,
    logger: bulk.logger,
    now: (): number => bulk.clock.nowMs,
  };
  const endpoints = new WebhookEndpoints(parts);
  const loop = new DeliveryLoop({
    ...parts,
    sweepMs: 1000,
    stopGraceMs: GRACE_MS,
    deliverer: new WebhookDeliverer({
      ...parts,
      onAttempt: (outcome) => void attempts.push(outcome),
      onSettled: (outcome) => void settled.push(outcome),
    }),
    metrics: {
      waiting: (deliveries, oldestSeconds) => Object.assign(seen, { waiting: deliveries, oldestSeconds }),
    },
    isLeading: () => seen.leading,
  });
  const close = async (): Promise<void> => {
    await loop.stop();
    await loop.close();
    await outbound.close();
  };
  return {
    endpoints,
    loop,
    attempts,
    settled,
    seen,
    /** All that is due now. */
    deliver: async (): Promise<void> => {
      await loop.look();
      await loop.idle();
    },
    subscribe: async (
      url: string,
      types: WebhookEventType[] = ['batch.completed'],
    ): Promise<WebhookEndpointWithSecretObject> =>
      await endpoints.create(TENANT, { name: 'receiver', url, event_types: types }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** A receiver that gives every request this answer. */
export const answering =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end();
export const eventsOf = ({ requests }: Receiver): WebhookEvent[] =>
  requests.map(({ body }) => JSON.parse(body) as WebhookEvent);
export const outboxOf = async (bulk: TestBulk): Promise<string[]> => await listKeys(bulk, objectKeys.outbox);

export async function endJob(bulk: TestBulk): Promise<string> {
  const id = await startJob(bulk, requestLines(1));
  await driveToEnd(bulk, id);
  return id;
}
