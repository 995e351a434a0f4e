import type { Logger } from '../logging/logger.js';

export interface ShutdownStep {
  readonly name: string;
  run(): Promise<void>;
}

/** Runs the steps in order, each once, and gives up on the rest when the time is over. Resolves false when it had to give up. */
export async function shutDown(steps: readonly ShutdownStep[], timeoutMs: number, logger: Logger): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve(false);
    }, timeoutMs);
  });
  const run = async (): Promise<true> => {
    for (const step of steps) {
      if (late) break;
      try {
        await step.run();
      } catch (error) {
        logger.error({ error, step: step.name }, 'a shutdown step failed; going on with the next');
      }
    }
    return true;
  };
  const finished = await Promise.race([run(), deadline]);
  clearTimeout(timer);
  return finished;
}

/** Calls `stop` once at the first SIGTERM or SIGINT; the second signal ends the process at once. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop(signal);
    });
  }
}
