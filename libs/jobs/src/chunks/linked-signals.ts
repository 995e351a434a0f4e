/**
 * Signals that are aborted with the first of their sources, until they are released. AbortSignal.any would keep each one
 * that has a listener, with all that its listeners can reach, for as long as a source lives: of a chunk, all its rows for as
 * long as the process runs.
 */
export class LinkedSignals {
  private readonly links: (() => void)[] = [];

  any(sources: readonly AbortSignal[]): AbortSignal {
    const controller = new AbortController();
    for (const source of sources) {
      const follow = (): void => controller.abort(source.reason);
      if (source.aborted) follow();
      source.addEventListener('abort', follow, { once: true });
      this.links.push(() => source.removeEventListener('abort', follow));
    }
    return controller.signal;
  }

  /** Sources do not know the signals any more. */
  release(): void {
    for (const unlink of this.links.splice(0)) unlink();
  }
}
