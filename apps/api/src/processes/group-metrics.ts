import { renderMetrics, type MetricsSnapshot } from '#platform';

/** A process that was asked for its numbers. */
interface Asked {
  send(message: { readonly sluice: 'collect'; readonly id: number }): void;
}

interface Collection {
  readonly snapshots: MetricsSnapshot[];
  waitFor: number;
  readonly end: () => void;
}

/** Monitors give up after ten seconds; a process that hangs must not take the others' numbers along. */
const COLLECT_TIMEOUT_MS = 2000;

/** Gathers the numbers of all processes of a group. */
export class GroupMetrics {
  private readonly collections = new Map<number, Collection>();
  private lastId = 0;

  constructor(private readonly timeoutMs = COLLECT_TIMEOUT_MS) {}

  /** @param own numbers of the group itself. @returns the text of all that answer in time. */
  async render(members: readonly Asked[], own: MetricsSnapshot): Promise<string> {
    const id = ++this.lastId;
    const snapshots = [own];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.timeoutMs);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.collections.set(id, { snapshots, waitFor: members.length, end });
      for (const member of members) member.send({ sluice: 'collect', id });
      if (members.length === 0) end();
    });
    this.collections.delete(id);
    return await renderMetrics(snapshots);
  }

  accept(id: number, snapshot: MetricsSnapshot): void {
    const collection = this.collections.get(id);
    if (collection === undefined) return;
    collection.snapshots.push(snapshot);
    if (--collection.waitFor === 0) collection.end();
  }
}
