import type { KeyRecord } from '../key-record.js';

/** Where keys are kept. */
export abstract class KeysPlace {
  /** For the terminal. */
  abstract readonly description: string;
  abstract read(): Promise<readonly KeyRecord[]>;
  /** Changes the keys as one step, whoever else changes them. `change` may run several times, but takes effect once. */
  abstract update(change: (records: readonly KeyRecord[]) => readonly KeyRecord[]): Promise<void>;
  abstract close(): void;
}
