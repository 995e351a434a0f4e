/** What every check is given. */
export interface Checkup {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
}

/** Milliseconds for one question to one service. */
export const QUESTION_TIMEOUT_MS = 10_000;

/** The signal of a checkup, and an end of its own for one question. */
export function within({ signal }: Checkup): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(QUESTION_TIMEOUT_MS)]);
}

/** One line of an error, with what it was caused by where it says no more than that. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replaceAll(/\s+/g, ' ').trim();
  const own = message === '' ? error.name : message;
  const { cause } = error;
  if (!(cause instanceof Error)) return own;
  const below = (cause as NodeJS.ErrnoException).code ?? cause.message;
  return below === '' || own.includes(below) ? own : `${own}: ${below}`;
}
