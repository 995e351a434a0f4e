import { WEBHOOK_OUTCOMES, type WebhookOutcome } from '#contracts';
import { Counter, Gauge, type Registry } from '#platform';

/** What one try to deliver ended with; a closed set. */
const ATTEMPT_OUTCOMES = ['delivered', 'refused', 'gone', 'unreachable', 'too_slow', 'not_allowed'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export interface WebhookMetrics {
  attempt(outcome: AttemptOutcome): void;
  settled(outcome: WebhookOutcome): void;
  /** What the worker that delivers has seen last; another one shows nothing. */
  waiting(deliveries: number, oldestSeconds: number): void;
}

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const labelNames = ['outcome'];
  const attempts = new Counter({
    name: 'sluice_webhook_attempts_total',
    help: 'Tries to deliver an event, by what came of them.',
    labelNames,
    registers,
  });
  const settled = new Counter({
    name: 'sluice_webhook_deliveries_total',
    help: 'Deliveries that are over, by how they ended.',
    labelNames,
    registers,
  });
  for (const outcome of ATTEMPT_OUTCOMES) attempts.inc({ outcome }, 0);
  for (const outcome of WEBHOOK_OUTCOMES) settled.inc({ outcome }, 0);
  const waiting = new Gauge({
    name: 'sluice_webhook_waiting_deliveries',
    help: 'Deliveries that are not over.',
    registers,
  });
  const oldest = new Gauge({
    name: 'sluice_webhook_oldest_waiting_seconds',
    help: 'Since when the oldest of them waits.',
    registers,
  });
  return {
    attempt: (outcome) => attempts.inc({ outcome }),
    settled: (outcome) => settled.inc({ outcome }),
    waiting: (deliveries, oldestSeconds) => {
      waiting.set(deliveries);
      oldest.set(oldestSeconds);
    },
  };
}
