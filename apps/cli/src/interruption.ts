import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SIGNAL_EXIT_BASE = 128;

/** Ctrl-C and its like: ends what goes on once, with a word on how to go on. Pressed again, it ends the process at once. */
export class Interruption {
  /** What to do about what was left; commands keep it up to date. */
  advice: string | undefined;
  private readonly controller = new AbortController();
  private number = 0;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get exitCode(): number {
    return SIGNAL_EXIT_BASE + this.number;
  }

  listen(target: NodeJS.Process): void {
    const interrupt = (name: NodeJS.Signals): void => {
      for (const signal of SIGNALS) target.off(signal, interrupt);
      this.number = constants.signals[name];
      this.controller.abort();
    };
    for (const signal of SIGNALS) target.on(signal, interrupt);
  }
}
