import { Gauge, type Registry } from './metrics.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
}

/** `sluice_check_ok{check}`: what `/ready` says, for alarms. Read when the metrics are, so it is never older than them. */
export function registerCheckMetric(registry: Registry, read: () => readonly Check[]): void {
  new Gauge({
    name: 'sluice_check_ok',
    help: 'Whether each thing that the process stands on works (1) or not (0).',
    labelNames: ['check'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, ok } of read()) this.set({ check: name }, ok ? 1 : 0);
    },
  });
}
