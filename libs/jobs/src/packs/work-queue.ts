import type { ChunkLine } from '../chunks/job-context.js';
import { groupLines } from './group-lines.js';
import type { Pack, PackBudget, PackLine, SplitPack } from './pack.types.js';
import { halvePack, takePack } from './take-pack.js';

/** What is run next: lines that share a call, or one that has its own. */
export type WorkUnit =
  | { readonly kind: 'pack'; readonly pack: Pack }
  | { readonly kind: 'line'; readonly line: ChunkLine; readonly halfOf?: SplitPack };

/** The lines of a chunk on their way into calls. Packs are made when they are run, by what is then known of the endpoint. */
export class WorkQueue {
  private readonly again: Pack[] = [];
  private readonly groups: readonly (readonly PackLine[])[];
  private readonly alone: readonly ChunkLine[];
  private group = 0;
  private nextInGroup = 0;
  private nextAlone = 0;

  /** @param budget What a call may hold now; absent = each line has a call of its own. */
  constructor(
    lines: readonly ChunkLine[],
    private readonly budget: (() => PackBudget) | undefined,
  ) {
    const grouped = budget === undefined ? { groups: [], alone: lines } : groupLines(lines);
    this.groups = grouped.groups;
    this.alone = grouped.alone;
  }

  isEmpty(): boolean {
    const isGrouped = this.budget !== undefined && this.group < this.groups.length;
    return this.again.length === 0 && !isGrouped && this.nextAlone >= this.alone.length;
  }

  /** What failed before, then what shares calls, then what does not; `undefined` once nothing is left. */
  next(): WorkUnit | undefined {
    const pack = this.again.pop() ?? this.nextPack();
    if (pack === undefined) {
      const line = this.alone[this.nextAlone++];
      return line === undefined ? undefined : { kind: 'line', line };
    }
    const [only] = pack.lines;
    if (pack.lines.length > 1 || only === undefined) return { kind: 'pack', pack };
    return { kind: 'line', line: only.line, ...(pack.halfOf === undefined ? {} : { halfOf: pack.halfOf }) };
  }

  /** Runs a failed pack once more as it is. */
  repeat(pack: Pack): void {
    this.again.push({ ...pack, isRepeated: true });
  }

  /** Runs the halves of a failed pack, the first one first. */
  halve(pack: Pack): void {
    this.again.push(...halvePack(pack).toReversed());
  }

  private nextPack(): Pack | undefined {
    const lines = this.groups[this.group];
    if (lines === undefined || this.budget === undefined) return undefined;
    const pack = takePack(lines, this.nextInGroup, this.budget());
    this.nextInGroup += pack.lines.length;
    if (this.nextInGroup >= lines.length) {
      this.group++;
      this.nextInGroup = 0;
    }
    return pack;
  }
}
