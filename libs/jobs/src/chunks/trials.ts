import type { ChunkWorkspace } from './chunk-workspace.js';
import type { CallPlace, CallSlots } from './call-slots.js';
import type { ChunkLine } from './job-context.js';
import type { RowLedger } from './row-ledger.js';
import type { SoloLock } from './solo-lock.js';

export interface TrialsOptions {
  readonly workspace: ChunkWorkspace;
  readonly ledger: RowLedger;
  /** Of the chunk's endpoints. A trial takes its turn among them, and is then the only call that this process makes. */
  readonly slots: CallSlots;
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
    const { workspace, ledger, slots, solo, stop } = this.options;
    await ledger.save();
    this.leave();
    // Before it holds others back: an endpoint that gives bulk nothing must not keep those of other endpoints waiting.
    if ((await slots.use(stop, inTurn)) === undefined) return;
    this.isAlone = await solo.takeAlone(stop);
    if (this.isAlone) await workspace.beginTrial(line.request);
  }

  leave(): void {
    if (this.isAlone) this.options.solo.leaveAlone();
    this.isAlone = false;
  }
}

const inTurn = async (): Promise<true> => await Promise.resolve(true);

const NEVER = new AbortController().signal;

/**
 * For calls of a trial that has had its turn, each at the endpoint that is likeliest to answer. They wait for no slot, as
 * those who wait for the trial to end hold slots.
 */
export function slotsOfTrials(places: readonly CallPlace[]): CallSlots {
  return {
    use: async (signal, work) =>
      signal.aborted ? undefined : await work({ yielding: NEVER, place: places.reduce(healthier) }),
  };
}

function healthier(one: CallPlace, other: CallPlace): CallPlace {
  const isOther = one.health.isFailing && (!other.health.isFailing || other.health.pauseMs() < one.health.pauseMs());
  return isOther ? other : one;
}

/** Slots whose calls are made beside others and never beside a trial. Who waits for a slot keeps no trial waiting. */
export function besideOthers(solo: SoloLock, slots: CallSlots): CallSlots {
  return {
    use: async (signal, work) =>
      await slots.use(signal, async (grant) => {
        if (!(await solo.takeBeside(signal))) return undefined;
        try {
          return await work(grant);
        } finally {
          solo.leaveBeside();
        }
      }),
  };
}
