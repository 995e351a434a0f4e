interface Listener {
  readonly jobId: string;
  hear(chunk: number): void;
}

export interface SharedEar {
  /** Whether all of the chunks were told of since this began to listen; waits for that, but not for long. */
  hears(chunks: readonly number[], within: { readonly ms: number; readonly stop: AbortSignal }): Promise<boolean>;
  close(): void;
}

/** What is told of chunks that share their rows or have their result, here and by others. Hints: what is lost with one is time. */
export class SharedNews {
  private readonly listeners = new Set<Listener>();

  tell({ jobId, chunk }: { readonly jobId: string; readonly chunk: number }): void {
    for (const listener of this.listeners) if (listener.jobId === jobId) listener.hear(chunk);
  }

  listen(jobId: string): SharedEar {
    const heard = new Set<number>();
    let wake = (): void => undefined;
    const listener: Listener = {
      jobId,
      hear: (chunk) => {
        heard.add(chunk);
        wake();
      },
    };
    this.listeners.add(listener);
    return {
      hears: async (chunks, { ms, stop }) =>
        await new Promise((resolve) => {
          const hasAll = (): boolean => chunks.every((chunk) => heard.has(chunk));
          const finish = (): void => {
            clearTimeout(timer);
            stop.removeEventListener('abort', finish);
            wake = () => undefined;
            resolve(hasAll());
          };
          const timer = setTimeout(finish, ms);
          stop.addEventListener('abort', finish, { once: true });
          wake = () => {
            if (hasAll()) finish();
          };
          if (stop.aborted) finish();
          else wake();
        }),
      close: () => this.listeners.delete(listener),
    };
  }
}
