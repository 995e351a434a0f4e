import type { Registry } from '#platform';
import { DeliveryLoop, type DeliveryLoopOptions } from './delivery-loop.js';
import { WebhookDeliverer, type WebhookDelivererOptions } from './webhook-deliverer.js';
import { createWebhookMetrics } from './webhook-metrics.js';

/** A worker's part in deliveries, with what an operator watches of it. */
export function createDeliveries(
  options: Omit<WebhookDelivererOptions, 'onAttempt' | 'onSettled'> &
    Omit<DeliveryLoopOptions, 'deliverer' | 'metrics'> & { readonly registry: Registry },
): DeliveryLoop {
  const metrics = createWebhookMetrics(options.registry);
  const deliverer = new WebhookDeliverer({
    ...options,
    onAttempt: (outcome) => metrics.attempt(outcome),
    onSettled: (outcome) => metrics.settled(outcome),
  });
  return new DeliveryLoop({ ...options, deliverer, metrics });
}
