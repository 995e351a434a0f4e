/** The chunks that run in this process, by job, so that a cancelled or ended job can be stopped at once. */
export class RunningJobs {
  private readonly running = new Map<string, Set<AbortController>>();

  /** Registers a run; the returned function ends the registration. */
  enter(jobId: string, controller: AbortController): () => void {
    const runs = this.running.get(jobId) ?? new Set();
    runs.add(controller);
    this.running.set(jobId, runs);
    return () => {
      runs.delete(controller);
      if (runs.size === 0) this.running.delete(jobId);
    };
  }

  stop(jobId: string): void {
    for (const controller of this.running.get(jobId) ?? []) controller.abort();
  }
}
