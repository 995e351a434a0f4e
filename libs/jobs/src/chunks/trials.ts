import type { ChunkWorkspace } from './chunk-workspace.js';
import type { CallSlots } from './endpoint-slots.js';
import type { ChunkLine } from './job-context.js';
import type { RowLedger } from './row-ledger.js';
import type { SoloLock } from './solo-lock.js';

export interface TrialsOptions {
  readonly workspace: ChunkWorkspace;
  readonly ledger: RowLedger;
  /** One of each process. */
  readonly solo: SoloLock;
  readonly stop: AbortSignal;
}

/**
 * Lines of a chunk that has lost its workers, run one by one to find the one that kills. The process runs no line of any
 * other chunk beside a trial: a worker takes several chunks, and a death must not be put down to a neighbour.
 */
export class Trials {
  private isAlone = false;

  constructor(private readonly options: TrialsOptions) {}

  /** What is done is saved before others come in, so that no finished line stands there as one that was running. */
  async begin(line: ChunkLine): Promise<void> {
    const { workspace, ledger, solo, stop } = this.options;
    await ledger.save();
    this.leave();
    this.isAlone = await solo.takeAlone(stop);
    if (this.isAlone) await workspace.beginTrial(line.request);
  }

  leave(): void {
    if (this.isAlone) this.options.solo.leaveAlone();
    this.isAlone = false;
  }
}

/** Slots whose calls are made beside others and never beside a trial. */
export function besideOthers(solo: SoloLock, slots: CallSlots): CallSlots {
  return {
    use: async (signal, work) => {
      if (!(await solo.takeBeside(signal))) return undefined;
      try {
        return await slots.use(signal, work);
      } finally {
        solo.leaveBeside();
      }
    },
  };
}
