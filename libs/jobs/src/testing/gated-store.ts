import type { WriteOptions } from '#storage';
import { FaultyStore } from './faulty-store.js';

interface Gate {
  readonly key: string;
  /** Writes of the key that pass before one is held. */
  passes: number;
  reach: () => void;
  readonly opened: Promise<void>;
}

/** A way to a store on which a write can be held back, to put processes into a certain order. */
export class GatedStore extends FaultyStore {
  private readonly gates: Gate[] = [];

  /** Holds the write of a key that comes after so many others of it. */
  hold(key: string, passes = 0): { readonly reached: Promise<void>; readonly open: () => void } {
    let open: () => void = () => undefined;
    let reach: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    this.gates.push({ key, passes, reach, opened });
    return { reached, open };
  }

  override async put(key: string, body: Buffer | string, options?: WriteOptions): Promise<{ etag: string }> {
    const gate = this.gates.find((candidate) => candidate.key === key);
    if (gate !== undefined && gate.passes-- === 0) {
      gate.reach();
      await gate.opened;
    }
    return await super.put(key, body, options);
  }
}
