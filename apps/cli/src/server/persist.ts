import { setTimeout as delay } from 'node:timers/promises';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { formatSeconds } from '../terminal/format.js';
import type { Reporter } from '../terminal/reporter.js';
import { Trouble } from './trouble.js';

export interface PersistenceOptions {
  readonly place: string;
  /** Milliseconds that trouble may last. */
  readonly patienceMs: number;
  readonly reporter: Reporter;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
}

/** For a server that has not answered once: more likely a wrong address than a bad moment. */
const FIRST_CONTACT_MS = 3000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/** Tries again for as long as it makes sense, and says so. */
export class Persistence {
  private hasAnswered = false;

  constructor(private readonly options: PersistenceOptions) {}

  /** @throws Failure once patience is over, and whatever is no `Trouble` at once. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    const { reporter, signal } = this.options;
    let sinceMs: number | undefined;
    for (let tries = 0; ; tries++) {
      try {
        const result = await attempt();
        this.hasAnswered = true;
        if (sinceMs !== undefined) reporter.say(`✓ connected again after ${secondsSince(sinceMs)}`);
        return result;
      } catch (error) {
        if (signal.aborted || !(error instanceof Trouble)) throw error;
        if (error.details.answered) this.hasAnswered = true;
        if (sinceMs === undefined || error.details.moved === true) {
          sinceMs = performance.now();
          tries = 0;
        }
        await this.wait(error, sinceMs, tries);
      }
    }
  }

  private async wait(trouble: Trouble, sinceMs: number, tries: number): Promise<void> {
    const { place, patienceMs, reporter, signal } = this.options;
    const limitMs = this.hasAnswered ? patienceMs : Math.min(patienceMs, FIRST_CONTACT_MS);
    const pauseMs = trouble.details.retryAfterMs ?? jittered(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
    if (performance.now() + pauseMs - sinceMs > limitMs) throw this.giveUp(trouble, sinceMs);
    if (tries === 0 && this.hasAnswered) {
      reporter.say(`! ${place}: ${trouble.message}; trying again for ${formatSeconds(limitMs / 1000)}`);
    }
    await delay(pauseMs, undefined, { signal });
  }

  private giveUp(trouble: Trouble, sinceMs: number): Failure {
    const { place } = this.options;
    const hint = this.hasAnswered ? `Tried for ${secondsSince(sinceMs)}.` : 'Is it the right address, and does it run?';
    return new Failure(`${place}: ${trouble.message}. ${hint}`, EXIT_CODES.unreachable, { cause: trouble });
  }
}

function jittered(timeMs: number): number {
  return timeMs * (0.75 + Math.random() / 2);
}

function secondsSince(timeMs: number): string {
  return formatSeconds((performance.now() - timeMs) / 1000);
}
