import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { CallOutcome, WitnessedCall, WitnessRecord } from './witness-record.js';

type EndLine = Pick<WitnessRecord, 'sequence' | 'state' | 'outcome' | 'durationMs'>;

/**
 * Every model call, in memory and in a file of JSON lines. A call is written twice, when it begins and when it ends, so
 * that the log also shows a call that nobody waited for. Writes are synchronous: the log must not miss what a kill interrupts.
 */
export class WitnessLog {
  private readonly file: number;
  private readonly records = new Map<number, WitnessRecord>();
  private lastSequence = 0;

  constructor(path: string) {
    const stored = existsSync(path) ? readFileSync(path, 'utf8') : '';
    this.load(stored);
    this.file = openSync(path, 'a');
    if (stored !== '' && !stored.endsWith('\n')) writeSync(this.file, '\n');
  }

  /** Notes that a call begins. The function that it returns notes, once, how the call ended. */
  begin(call: WitnessedCall): (outcome: CallOutcome) => void {
    this.lastSequence += 1;
    const sequence = this.lastSequence;
    const startedMs = performance.now();
    const record: WitnessRecord = { sequence, time: new Date().toISOString(), ...call, state: 'started' };
    this.records.set(sequence, record);
    this.append(record);
    return (outcome) => {
      const durationMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
      const end: EndLine = { sequence, state: 'ended', outcome, durationMs };
      // After clear() the call is forgotten, also when it ends later.
      if (!this.records.has(sequence)) return;
      this.records.set(sequence, { ...record, ...end });
      this.append(end);
    };
  }

  /** Calls after a sequence number, oldest first. */
  list(filter: { readonly since?: number; readonly endpoint?: string } = {}): WitnessRecord[] {
    const { since = 0, endpoint } = filter;
    return [...this.records.values()].filter(
      (record) => record.sequence > since && (endpoint === undefined || record.endpoint === endpoint),
    );
  }

  /** Forgets all calls; sequence numbers go on. */
  clear(): void {
    this.records.clear();
    ftruncateSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }

  private load(text: string): void {
    for (const line of text.split('\n')) {
      // A kill in the middle of a write leaves a last line without its end.
      if (!line.endsWith('}')) continue;
      const stored = JSON.parse(line) as WitnessRecord | EndLine;
      const begun = this.records.get(stored.sequence);
      if ('endpoint' in stored) this.records.set(stored.sequence, stored);
      else if (begun !== undefined) this.records.set(stored.sequence, { ...begun, ...stored });
      this.lastSequence = Math.max(this.lastSequence, stored.sequence);
    }
  }

  private append(line: WitnessRecord | EndLine): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
