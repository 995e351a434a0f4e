import { collectDefaultMetrics, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface RegistryOptions {
  /** Whether Node's own numbers are in it. */
  readonly processMetrics: boolean;
  /** Put on everything in it; what tells processes apart that are shown together. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** One registry per process; every part makes its metrics on it and `/metrics` renders it. */
export function createRegistry({ processMetrics, labels }: RegistryOptions): Registry {
  const registry = new Registry();
  if (labels !== undefined) registry.setDefaultLabels({ ...labels });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}
