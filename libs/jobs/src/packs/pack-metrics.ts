import { Counter, type Registry } from '#platform';
import type { PackObserver } from './run-packs.js';

/** What an operator watches of calls that lines share. */
export function createPackMetrics(registry: Registry): PackObserver {
  const registers = [registry];
  const packs = new Counter({
    name: 'sluice_bulk_packs_total',
    help: 'Model calls that lines of bulk work shared, by how they ended: answered, or the reason of the failure.',
    labelNames: ['outcome'],
    registers,
  });
  const lines = new Counter({
    name: 'sluice_bulk_packed_lines_total',
    help: 'Lines that were answered in a call that they shared.',
    registers,
  });
  const wasted = new Counter({
    name: 'sluice_bulk_wasted_inputs_total',
    help: 'Inputs sent in shared calls that failed, so that they are sent again, by cause.',
    labelNames: ['cause'],
    registers,
  });
  return {
    answered: (pack) => {
      packs.inc({ outcome: 'answered' });
      lines.inc(pack.lines);
    },
    failed: (cause, pack) => {
      packs.inc({ outcome: cause });
      wasted.inc({ cause }, pack.inputs);
    },
  };
}
